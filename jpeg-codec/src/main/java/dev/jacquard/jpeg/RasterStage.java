package dev.jacquard.jpeg;

import dev.jacquard.jpeg.color.RowKernels;
import dev.jacquard.jpeg.color.SamplePlane;
import dev.jacquard.jpeg.color.Upsampler;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// From the samples of components to a picture: upsampling and colour (T.81 A.1.1 backwards, T.871
/// clause 7), row by row.
final class RasterStage {
  private final Frame frame;
  private final ColorModel model;
  private final RowKernels kernels = RowKernels.best();
  private final List<Upsampler> upsamplers = new ArrayList<>();
  private final List<short[]> rows = new ArrayList<>();
  // luminance, if it is to be shown in colours and needs no upsampling
  private final @Nullable SamplePlane fullLuma;
  private final PixelArray target;

  /// A stage for one picture.
  ///
  /// @param planes by component; what they show when a row is asked for counts
  /// @param target receives the picture
  RasterStage(Rendering rendering, List<SamplePlane> planes, PixelArray target) {
    this.target = target;
    this.frame = target.frame();
    this.model = rendering.model();
    for (int i = 0; i < planes.size(); i++) {
      FrameComponent c = frame.components().get(i);
      upsamplers.add(
          Upsampler.of(
              planes.get(i),
              c.h(),
              frame.maxH(),
              c.v(),
              frame.maxV(),
              frame.precision(),
              rendering.fancyUpsampling()));
      rows.add(new short[frame.width() + 64]); // upsampling may go past the edge
    }
    FrameComponent first = frame.components().getFirst();
    boolean isFull = first.h() == frame.maxH() && first.v() == frame.maxV();
    boolean isColoured = model == ColorModel.YCC && frame.precision() == 8;
    this.fullLuma = isFull && isColoured ? planes.getFirst() : null;
  }

  /// Computes some rows of the picture.
  void convert(int fromRow, int toRow) {
    int n = rows.size();
    int width = frame.width();
    boolean isDeep = frame.precision() != 8;
    for (int y = fromRow; y < toRow; y++) {
      for (int i = 0; i < n; i++) {
        if (i > 0 || fullLuma == null) {
          upsamplers.get(i).row(y, rows.get(i));
        }
      }
      int at = y * width * n;
      if (model == ColorModel.YCC && !isDeep) {
        showColours(y, at);
        continue;
      }
      model.convert(rows, width, frame.precision());
      for (int i = 0; i < n; i++) {
        if (isDeep) {
          interleave(rows.get(i), target.deep(), at + i, n);
        } else {
          interleave(rows.get(i), target.bytes(), at + i, n);
        }
      }
    }
  }

  private void showColours(int y, int at) {
    int width = frame.width();
    if (fullLuma == null) {
      kernels.toRgb(rows.get(0), 0, rows.get(1), rows.get(2), width, target.bytes(), at);
    } else {
      short[] luma = fullLuma.samples();
      int from = fullLuma.offset(y);
      kernels.toRgb(luma, from, rows.get(1), rows.get(2), width, target.bytes(), at);
    }
  }

  private void interleave(short[] row, byte[] out, int at, int step) {
    for (int x = 0; x < frame.width(); x++) {
      out[at + step * x] = (byte) row[x];
    }
  }

  private void interleave(short[] row, short[] out, int at, int step) {
    for (int x = 0; x < frame.width(); x++) {
      out[at + step * x] = row[x];
    }
  }
}
