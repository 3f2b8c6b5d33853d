package dev.jacquard.jpeg;

import dev.jacquard.jpeg.color.Downsampler;
import dev.jacquard.jpeg.color.SamplePlane;
import dev.jacquard.jpeg.color.YccConversion;
import dev.jacquard.jpeg.dct.ForwardDct;
import dev.jacquard.jpeg.dct.QuantTable;
import java.util.ArrayList;
import java.util.List;

/// From a picture to quantised coefficients: colour, downsampling, transform (T.81 A.1 to A.3).
final class ForwardStage {
  private final Frame frame;
  private final List<QuantTable> tables;

  /// A stage for one frame.
  ///
  /// @param tables the quantisation tables by number `Tq`
  ForwardStage(Frame frame, List<QuantTable> tables) {
    this.frame = frame;
    this.tables = tables;
  }

  /// Coefficients of all components.
  List<ComponentCoefficients> apply(Raster raster) {
    List<SamplePlane> planes = planes(raster);
    List<ComponentCoefficients> result = new ArrayList<>();
    for (int i = 0; i < frame.components().size(); i++) {
      FrameComponent c = frame.components().get(i);
      SamplePlane samples =
          Downsampler.reduce(
              planes.get(i),
              frame.maxH() / c.h(),
              frame.maxV() / c.v(),
              8 * frame.blocksWide(c),
              8 * frame.blocksHigh(c));
      result.add(coefficients(c, samples));
    }
    return result;
  }

  /// The components at full resolution.
  private List<SamplePlane> planes(Raster raster) {
    int n = raster.width() * raster.height();
    if (raster.components() == 1) {
      short[] grey = new short[n];
      for (int i = 0; i < n; i++) {
        grey[i] = (short) (raster.samples()[i] & 0xFF);
      }
      return List.of(plane(grey));
    }
    short[] y = new short[n];
    if (frame.components().size() == 1) {
      YccConversion.greyFromRgb(raster.samples(), y);
      return List.of(plane(y));
    }
    short[] cb = new short[n];
    short[] cr = new short[n];
    YccConversion.fromRgb(raster.samples(), y, cb, cr);
    return List.of(plane(y), plane(cb), plane(cr));
  }

  private SamplePlane plane(short[] samples) {
    return new SamplePlane(samples, frame.width(), frame.width(), frame.height());
  }

  private ComponentCoefficients coefficients(FrameComponent c, SamplePlane samples) {
    ComponentCoefficients result = ComponentCoefficients.of(frame, c);
    int[] block = new int[64];
    for (int row = 0; row < result.blocksHigh(); row++) {
      for (int column = 0; column < result.blocksWide(); column++) {
        load(samples, row, column, block);
        ForwardDct.transform(block);
        tables.get(c.tq()).quantize(block, result.values(), result.offset(row, column));
      }
    }
    fillUp(c, result);
    return result;
  }

  /// Level shift (A.3.1): samples of a block minus 128.
  private static void load(SamplePlane plane, int row, int column, int[] block) {
    short[] samples = plane.samples();
    for (int y = 0; y < 8; y++) {
      int at = (8 * row + y) * plane.stride() + 8 * column;
      for (int x = 0; x < 8; x++) {
        block[8 * y + x] = samples[at + x] - 128;
      }
    }
  }

  /// Blocks that fill up the last MCUs hold only the DC value of the block coded before them in the
  /// same MCU, which is the cheapest choice (A.2.4 leaves it open; this is the library's).
  private void fillUp(FrameComponent c, ComponentCoefficients plane) {
    for (int row = 0; row < frame.mcusHigh() * c.v(); row++) {
      boolean below = row >= plane.blocksHigh();
      for (int column = 0; column < frame.mcusWide() * c.h(); column++) {
        if (below || column >= plane.blocksWide()) {
          boolean firstOfRow = column % c.h() == 0;
          int previous =
              firstOfRow
                  ? plane.offset(row - 1, column + c.h() - 1)
                  : plane.offset(row, column - 1);
          plane.values()[plane.offset(row, column)] = plane.values()[previous];
        }
      }
    }
  }
}
