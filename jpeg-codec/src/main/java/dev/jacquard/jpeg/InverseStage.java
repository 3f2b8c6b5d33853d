package dev.jacquard.jpeg;

import dev.jacquard.jpeg.color.SamplePlane;
import dev.jacquard.jpeg.color.Upsampler;
import dev.jacquard.jpeg.dct.InverseDct;
import dev.jacquard.jpeg.dct.QuantTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// From quantised coefficients to a picture: transform, upsampling, colour (T.81 A.1 to A.3
/// backwards).
final class InverseStage {
  private final Frame frame;
  private final ColorModel model;
  private final boolean fancyUpsampling;

  InverseStage(Frame frame, ColorModel model, boolean fancyUpsampling) {
    this.frame = frame;
    this.model = model;
    this.fancyUpsampling = fancyUpsampling;
  }

  /// The picture.
  ///
  /// @param tables by component; null for one that no scan has brought, which becomes grey
  /// @param smoothing what to do about missing bits
  Raster apply(
      List<ComponentCoefficients> coefficients,
      @Nullable QuantTable[] tables,
      BlockSmoothing smoothing) {
    List<SamplePlane> planes = new ArrayList<>();
    for (int i = 0; i < coefficients.size(); i++) {
      planes.add(plane(i, coefficients.get(i), tables[i], smoothing));
    }
    return raster(planes);
  }

  private Raster raster(List<SamplePlane> planes) {
    int n = planes.size();
    List<Upsampler> upsamplers = new ArrayList<>();
    List<short[]> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      FrameComponent c = frame.components().get(i);
      upsamplers.add(
          Upsampler.of(planes.get(i), c.h(), frame.maxH(), c.v(), frame.maxV(), fancyUpsampling));
      rows.add(new short[frame.width() + 4]); // upsampling may go past the edge
    }
    byte[] out = new byte[frame.width() * frame.height() * n];
    for (int y = 0; y < frame.height(); y++) {
      for (int i = 0; i < n; i++) {
        upsamplers.get(i).row(y, rows.get(i));
      }
      model.convert(rows, frame.width(), frame.precision());
      interleave(rows, out, y * frame.width() * n);
    }
    return new Raster(frame.width(), frame.height(), n, out);
  }

  private void interleave(List<short[]> rows, byte[] out, int at) {
    int n = rows.size();
    int shift = frame.precision() - 8;
    for (int i = 0; i < n; i++) {
      short[] row = rows.get(i);
      for (int x = 0; x < frame.width(); x++) {
        out[at + n * x + i] = (byte) (row[x] >> shift);
      }
    }
  }

  private SamplePlane plane(
      int index,
      ComponentCoefficients coefficients,
      @Nullable QuantTable table,
      BlockSmoothing smoothing) {
    int stride = 8 * coefficients.blocksWide();
    short[] samples = new short[stride * 8 * coefficients.blocksHigh()];
    if (table == null) {
      Arrays.fill(samples, (short) (1 << (frame.precision() - 1)));
    } else {
      InverseDct dct = new InverseDct();
      for (int row = 0; row < coefficients.blocksHigh(); row++) {
        boolean asIs = smoothing.isNone();
        short[] values =
            asIs ? coefficients.values() : smoothing.row(index, coefficients, table, row);
        int from = asIs ? coefficients.offset(row, 0) : 0;
        for (int column = 0; column < coefficients.blocksWide(); column++) {
          int at = 8 * (row * stride + column);
          dct.transform(values, from + 64 * column, table, samples, at, stride);
        }
      }
    }
    FrameComponent c = frame.components().get(index);
    return new SamplePlane(samples, stride, frame.sampleWidth(c), frame.sampleHeight(c));
  }
}
