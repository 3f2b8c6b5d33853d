package dev.jacquard.jpeg;

import dev.jacquard.jpeg.color.SamplePlane;
import dev.jacquard.jpeg.dct.DeepInverseDct;
import dev.jacquard.jpeg.dct.InverseDct;
import dev.jacquard.jpeg.dct.QuantTable;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// From quantised coefficients of one component to its samples: dequantisation and transform (T.81
/// A.3 backwards), one row of blocks at a time.
final class InverseStage {
  private final Frame frame;
  private final int index;
  private final ComponentCoefficients coefficients;
  private final short[] samples;
  private final int stride;
  private final InverseDct dct = new InverseDct();
  private final DeepInverseDct deepDct = new DeepInverseDct();

  /// A stage with all samples at mid-grey.
  ///
  /// @param index of the component in the frame
  InverseStage(Frame frame, int index, ComponentCoefficients coefficients) {
    this.frame = frame;
    this.index = index;
    this.coefficients = coefficients;
    this.stride = 8 * coefficients.blocksWide();
    this.samples = new short[stride * 8 * coefficients.blocksHigh()];
    Arrays.fill(samples, (short) (1 << (frame.precision() - 1)));
  }

  /// The samples, of which those rows are right that have been transformed.
  SamplePlane plane() {
    FrameComponent c = frame.components().get(index);
    return new SamplePlane(samples, stride, frame.sampleWidth(c), frame.sampleHeight(c));
  }

  /// Transforms all blocks.
  ///
  /// @param table null for a component that no scan has brought, which stays grey
  /// @param smoothing what to do about missing bits
  SamplePlane transform(@Nullable QuantTable table, BlockSmoothing smoothing) {
    if (table != null) {
      transform(0, coefficients.blocksHigh(), table, smoothing);
    }
    return plane();
  }

  /// Transforms some rows of blocks.
  void transform(int fromRow, int toRow, QuantTable table, BlockSmoothing smoothing) {
    boolean asIs = smoothing.isNone();
    for (int row = fromRow; row < toRow; row++) {
      short[] values =
          asIs ? coefficients.values() : smoothing.row(index, coefficients, table, row);
      int from = asIs ? coefficients.offset(row, 0) : 0;
      for (int column = 0; column < coefficients.blocksWide(); column++) {
        int at = 8 * (row * stride + column);
        if (frame.precision() == 8) {
          dct.transform(values, from + 64 * column, table, samples, at, stride);
        } else {
          deepDct.transform(values, from + 64 * column, table, samples, at, stride);
        }
      }
    }
  }
}
