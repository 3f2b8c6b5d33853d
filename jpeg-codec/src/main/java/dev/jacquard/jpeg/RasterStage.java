package dev.jacquard.jpeg;

import dev.jacquard.jpeg.color.SamplePlane;
import dev.jacquard.jpeg.color.Upsampler;
import java.util.ArrayList;
import java.util.List;

/// From the samples of components to a picture: upsampling and colour (T.81 A.1.1 backwards, T.871
/// clause 7), row by row.
final class RasterStage {
  private final Frame frame;
  private final ColorModel model;
  private final List<Upsampler> upsamplers = new ArrayList<>();
  private final List<short[]> rows = new ArrayList<>();

  /// A stage for one picture.
  ///
  /// @param planes by component; what they show when a row is asked for counts
  RasterStage(Frame frame, ColorModel model, boolean fancyUpsampling, List<SamplePlane> planes) {
    this.frame = frame;
    this.model = model;
    for (int i = 0; i < planes.size(); i++) {
      FrameComponent c = frame.components().get(i);
      upsamplers.add(
          Upsampler.of(planes.get(i), c.h(), frame.maxH(), c.v(), frame.maxV(), fancyUpsampling));
      rows.add(new short[frame.width() + 4]); // upsampling may go past the edge
    }
  }

  /// The whole picture, in 8 bits.
  Raster raster() {
    if (frame.precision() != 8) {
      return deepRaster().toRaster();
    }
    byte[] out = new byte[frame.width() * frame.height() * rows.size()];
    convert(0, frame.height(), out);
    return new Raster(frame.width(), frame.height(), rows.size(), out);
  }

  /// Some rows of a picture of 8 bits.
  ///
  /// @param out the whole picture, interleaved
  void convert(int fromRow, int toRow, byte[] out) {
    int n = rows.size();
    int width = frame.width();
    for (int y = fromRow; y < toRow; y++) {
      computeRow(y);
      int at = y * width * n;
      for (int i = 0; i < n; i++) {
        short[] row = rows.get(i);
        for (int x = 0; x < width; x++) {
          out[at + n * x + i] = (byte) row[x];
        }
      }
    }
  }

  /// The whole picture, in all its bits.
  DeepRaster deepRaster() {
    int n = rows.size();
    int width = frame.width();
    short[] out = new short[width * frame.height() * n];
    for (int y = 0; y < frame.height(); y++) {
      computeRow(y);
      int at = y * width * n;
      for (int i = 0; i < n; i++) {
        short[] row = rows.get(i);
        for (int x = 0; x < width; x++) {
          out[at + n * x + i] = row[x];
        }
      }
    }
    return new DeepRaster(width, frame.height(), n, frame.precision(), out);
  }

  private void computeRow(int y) {
    for (int i = 0; i < rows.size(); i++) {
      upsamplers.get(i).row(y, rows.get(i));
    }
    model.convert(rows, frame.width(), frame.precision());
  }
}
