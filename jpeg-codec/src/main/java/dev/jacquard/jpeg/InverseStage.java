package dev.jacquard.jpeg;

import dev.jacquard.jpeg.color.SamplePlane;
import dev.jacquard.jpeg.dct.InverseTransform;
import dev.jacquard.jpeg.dct.QuantTable;
import java.util.Arrays;

/// From quantised coefficients of one component to its samples: dequantisation and transform (T.81
/// A.3 backwards), one row of MCUs at a time. The samples of a row of blocks above them are kept,
/// since upsampling looks across the border.
final class InverseStage {
  private final FrameComponent component;
  private final int index;
  private final ComponentCoefficients coefficients;
  private final SamplePlane plane;
  private final InverseTransform dct;

  /// A stage with all samples at mid-grey.
  ///
  /// @param index of the component in the frame
  InverseStage(Frame frame, int index, ComponentCoefficients coefficients) {
    this.component = frame.components().get(index);
    this.index = index;
    this.coefficients = coefficients;
    this.dct = InverseTransform.of(frame.precision());
    int stride = 8 * coefficients.blocksWide();
    short[] samples = new short[stride * 8 * (component.v() + 1)];
    Arrays.fill(samples, (short) (1 << (frame.precision() - 1)));
    this.plane =
        new SamplePlane(
            samples, stride, frame.sampleWidth(component), frame.sampleHeight(component));
  }

  /// The samples of the last row of MCUs that was transformed and the row of blocks before.
  SamplePlane plane() {
    return plane;
  }

  /// Transforms the blocks of a row of MCUs.
  ///
  /// @param smoothing what to do about missing bits
  void transform(int mcuRow, QuantTable table, BlockSmoothing smoothing) {
    int first = mcuRow * component.v();
    int end = Math.min(first + component.v(), coefficients.blocksHigh());
    for (int row = first; row < end; row++) {
      if (smoothing.isNone()) {
        transformRow(coefficients.values(), coefficients.offset(row, 0), row, table);
      } else {
        transformRow(smoothing.row(index, coefficients, table, row), 0, row, table);
      }
    }
  }

  private void transformRow(short[] values, int from, int row, QuantTable table) {
    dct.transformRow(
        values,
        from,
        coefficients.blocksWide(),
        table,
        plane.samples(),
        plane.offset(8 * row),
        plane.stride());
  }
}
