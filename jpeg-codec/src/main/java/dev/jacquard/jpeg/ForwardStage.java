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
  private final ColorModel model;
  private final List<QuantTable> tables;

  /// A stage for one frame.
  ///
  /// @param model what the components are, YCbCr or as the picture has them
  /// @param tables the quantisation tables by number `Tq`
  ForwardStage(Frame frame, ColorModel model, List<QuantTable> tables) {
    this.frame = frame;
    this.model = model;
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
    int components = frame.components().size();
    List<short[]> planes = new ArrayList<>();
    for (int i = 0; i < components; i++) {
      planes.add(new short[n]);
    }
    if (model == ColorModel.YCC) {
      YccConversion.fromRgb(raster.samples(), planes.get(0), planes.get(1), planes.get(2));
    } else if (raster.components() != components) {
      YccConversion.greyFromRgb(raster.samples(), planes.getFirst());
    } else {
      for (int i = 0; i < components * n; i++) {
        planes.get(i % components)[i / components] = (short) (raster.samples()[i] & 0xFF);
      }
    }
    return planes.stream().map(this::plane).toList();
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
    result.fillUp(c.h());
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
}
