package dev.jacquard.jpeg;

import dev.jacquard.jpeg.color.SamplePlane;
import dev.jacquard.jpeg.color.Upsampler;
import dev.jacquard.jpeg.color.YccConversion;
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
  private final boolean smoothing;

  InverseStage(Frame frame, ColorModel model, boolean smoothing) {
    this.frame = frame;
    this.model = model;
    this.smoothing = smoothing;
  }

  /// The picture.
  ///
  /// @param tables by component; null for one that no scan has brought, which becomes grey
  Raster apply(List<ComponentCoefficients> coefficients, @Nullable QuantTable[] tables) {
    List<Upsampler> upsamplers = new ArrayList<>();
    List<byte[]> rows = new ArrayList<>();
    for (int i = 0; i < frame.components().size(); i++) {
      FrameComponent c = frame.components().get(i);
      SamplePlane plane = samples(c, coefficients.get(i), tables[i]);
      int hExpand = frame.maxH() / c.h();
      upsamplers.add(Upsampler.of(plane, hExpand, frame.maxV() / c.v(), smoothing));
      rows.add(new byte[plane.width() * hExpand]);
    }
    int n = rows.size();
    byte[] out = new byte[frame.width() * frame.height() * n];
    for (int y = 0; y < frame.height(); y++) {
      for (int i = 0; i < n; i++) {
        upsamplers.get(i).row(y, rows.get(i));
      }
      convert(rows, out, y * frame.width() * n);
    }
    return new Raster(frame.width(), frame.height(), n, out);
  }

  private SamplePlane samples(
      FrameComponent c, ComponentCoefficients coefficients, @Nullable QuantTable table) {
    int stride = 8 * coefficients.blocksWide();
    byte[] samples = new byte[stride * 8 * coefficients.blocksHigh()];
    if (table == null) {
      Arrays.fill(samples, (byte) 128);
    } else {
      transform(coefficients, table, samples, stride);
    }
    return new SamplePlane(samples, stride, frame.sampleWidth(c), frame.sampleHeight(c));
  }

  private static void transform(
      ComponentCoefficients coefficients, QuantTable table, byte[] samples, int stride) {
    InverseDct dct = new InverseDct();
    for (int row = 0; row < coefficients.blocksHigh(); row++) {
      for (int column = 0; column < coefficients.blocksWide(); column++) {
        int from = coefficients.offset(row, column);
        int at = 8 * (row * stride + column);
        dct.transform(coefficients.values(), from, table, samples, at, stride);
      }
    }
  }

  private void convert(List<byte[]> rows, byte[] out, int at) {
    switch (model) {
      case GREY -> System.arraycopy(rows.getFirst(), 0, out, at, frame.width());
      case YCC ->
          YccConversion.toRgb(rows.get(0), rows.get(1), rows.get(2), out, at, frame.width());
      case RGB -> {
        for (int x = 0; x < frame.width(); x++) {
          for (int i = 0; i < 3; i++) {
            out[at + 3 * x + i] = rows.get(i)[x];
          }
        }
      }
    }
  }
}
