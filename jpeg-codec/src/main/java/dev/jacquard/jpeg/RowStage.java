package dev.jacquard.jpeg;

import dev.jacquard.jpeg.color.SamplePlane;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Turns the rows of a sequential picture into pixels as they become final, each block once.
final class RowStage {
  private final Frame frame;
  private final FrameDecoder decoder;
  private final List<InverseStage> components = new ArrayList<>();
  private final RasterStage rasters;
  // by component: rows of blocks
  private final int[] transformed;
  private final byte[] pixels;
  private int converted;

  RowStage(HeaderReader header, FrameDecoder decoder, boolean fancyUpsampling)
      throws JpegFormatException {
    this.frame = header.frame();
    this.decoder = decoder;
    List<SamplePlane> planes = new ArrayList<>();
    for (int i = 0; i < frame.components().size(); i++) {
      components.add(new InverseStage(frame, i, decoder.coefficients().get(i)));
      planes.add(components.get(i).plane());
    }
    this.rasters = new RasterStage(frame, header.colorModel(), fancyUpsampling, planes);
    this.transformed = new int[planes.size()];
    this.pixels = new byte[frame.width() * frame.height() * planes.size()];
  }

  /// Rows that are final.
  Raster rows(int from, int to) {
    if (to > converted) {
      for (int i = 0; i < transformed.length; i++) {
        FrameComponent c = frame.components().get(i);
        int below = c.v() < frame.maxV() ? 1 : 0; // what the last row is interpolated with
        int samples = Math.ceilDiv(to * c.v(), frame.maxV()) + below;
        int blocks = Math.ceilDiv(Math.min(samples, frame.sampleHeight(c)), 8);
        decoder.transform(components.get(i), i, transformed[i], blocks);
        transformed[i] = Math.max(transformed[i], blocks);
      }
      rasters.convert(converted, to, pixels);
      converted = to;
    }
    return cut(frame.width(), transformed.length, pixels, from, to);
  }

  /// Some rows of a picture.
  static Raster cut(Raster whole, int from, int to) {
    return cut(whole.width(), whole.components(), whole.samples(), from, to);
  }

  private static Raster cut(int width, int components, byte[] pixels, int from, int to) {
    int bytes = width * components;
    byte[] part = Arrays.copyOfRange(pixels, from * bytes, to * bytes);
    return new Raster(width, to - from, components, part);
  }
}
