package dev.jacquard.jpeg;

import dev.jacquard.jpeg.color.Downsampler;
import dev.jacquard.jpeg.color.RowKernels;
import dev.jacquard.jpeg.color.SamplePlane;
import dev.jacquard.jpeg.dct.ForwardTransform;
import dev.jacquard.jpeg.dct.QuantTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// From a picture to quantised coefficients: colour, downsampling, transform (T.81 A.1 to A.3), one
/// row of MCUs at a time.
final class ForwardStage implements CoefficientSource {
  private final Frame frame;
  private final ColorModel model;
  private final List<QuantTable> tables;
  private final Raster raster;
  private final RowKernels kernels = RowKernels.best();
  private final ForwardTransform dct = ForwardTransform.best();
  // samples of one row of MCUs at full resolution, with what fills up the MCUs, by component
  private final int stride;
  private final int lines;
  private final List<short[]> full = new ArrayList<>();
  private final List<short[]> reduced = new ArrayList<>();

  /// A stage for one picture.
  ///
  /// @param model what the components are, YCbCr or as the picture has them
  /// @param tables the quantisation tables by number `Tq`
  ForwardStage(Frame frame, ColorModel model, List<QuantTable> tables, Raster raster) {
    this.frame = frame;
    this.model = model;
    this.tables = tables;
    this.raster = raster;
    this.stride = 8 * frame.maxH() * frame.mcusWide();
    this.lines = 8 * frame.maxV();
    for (FrameComponent c : frame.components()) {
      full.add(new short[stride * lines]);
      boolean isFull = c.h() == frame.maxH() && c.v() == frame.maxV();
      reduced.add(isFull ? full.getLast() : new short[64 * frame.mcusWide() * c.h() * c.v()]);
    }
  }

  @Override
  public List<ComponentCoefficients> all() {
    List<ComponentCoefficients> result =
        frame.components().stream().map(c -> ComponentCoefficients.of(frame, c)).toList();
    for (int row = 0; row < frame.mcusHigh(); row++) {
      compute(row, result);
    }
    return result;
  }

  @Override
  public List<ComponentCoefficients> strips() {
    return frame.components().stream().map(c -> ComponentCoefficients.strip(frame, c)).toList();
  }

  @Override
  public void compute(int mcuRow, List<ComponentCoefficients> to) {
    int first = mcuRow * lines;
    int inside = Math.min(lines, frame.height() - first);
    for (int line = 0; line < inside; line++) {
      split(first + line, line * stride);
    }
    for (int i = 0; i < full.size(); i++) {
      FrameComponent c = frame.components().get(i);
      ComponentCoefficients coefficients = to.get(i);
      fillUp(full.get(i), inside);
      int wide = 8 * frame.mcusWide() * c.h();
      Downsampler.reduce(
          kernels,
          new SamplePlane(full.get(i), stride, stride, inside),
          frame.maxH() / c.h(),
          frame.maxV() / c.v(),
          new SamplePlane(reduced.get(i), wide, wide, 8 * c.v()));
      int end = Math.min((mcuRow + 1) * c.v(), coefficients.blocksHigh());
      for (int row = mcuRow * c.v(); row < end; row++) {
        transform(reduced.get(i), 8 * (row - mcuRow * c.v()) * wide, wide, row, c, coefficients);
      }
      coefficients.fillUp(c, mcuRow);
    }
  }

  /// Splits a line of the picture into its components.
  private void split(int y, int at) {
    int n = raster.components();
    int width = frame.width();
    byte[] samples = raster.samples();
    int from = y * width * n;
    if (model == ColorModel.YCC) {
      kernels.fromRgb(samples, from, width, full.get(0), full.get(1), full.get(2), at);
    } else if (n != full.size()) {
      kernels.greyFromRgb(samples, from, width, full.getFirst(), at);
    } else {
      for (int i = 0; i < n; i++) {
        short[] line = full.get(i);
        for (int x = 0; x < width; x++) {
          line[at + x] = (short) (samples[from + n * x + i] & 0xFF);
        }
      }
    }
  }

  /// Repeats the last column of the picture up to the end of the last MCU.
  private void fillUp(short[] samples, int inside) {
    for (int line = 0; line < inside && frame.width() < stride; line++) {
      int from = line * stride + frame.width();
      Arrays.fill(samples, from, (line + 1) * stride, samples[from - 1]);
    }
  }

  private void transform(
      short[] samples,
      int from,
      int wide,
      int row,
      FrameComponent c,
      ComponentCoefficients coefficients) {
    QuantTable table = tables.get(c.tq());
    dct.transformRow(
        samples,
        from,
        wide,
        coefficients.blocksWide(),
        table,
        coefficients.values(),
        coefficients.offset(row, 0));
  }
}
