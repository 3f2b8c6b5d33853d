package dev.jacquard.jpeg;

import dev.jacquard.jpeg.dct.QuantTable;
import java.util.ArrayList;
import java.util.List;

/// Encoder whose files equal, byte for byte, those of libjpeg-turbo (`cjpeg`, integer DCT).
///
/// Sequential and progressive (T.81 Annexes F and G), Huffman or arithmetic coding, 8-bit samples.
/// Immutable and safe for use by several threads.
///
/// ```java
/// byte[] file = new JpegEncoder(EncoderOptions.defaults().withQuality(90)).encode(raster);
/// ```
public final class JpegEncoder {
  private final EncoderOptions options;
  private final List<QuantTable> quantTables;

  /// An encoder.
  ///
  /// @param options for every picture it encodes
  public JpegEncoder(EncoderOptions options) {
    this.options = options;
    List<QuantTable> tables = new ArrayList<>(options.quantTables());
    if (tables.isEmpty()) {
      tables.add(QuantTable.luminance(options.quality()));
    }
    if (tables.size() == 1) {
      tables.add(QuantTable.chrominance(options.quality()));
    }
    this.quantTables = List.copyOf(tables);
  }

  /// Encodes a picture.
  ///
  /// @param raster grey, RGB or CMYK
  /// @return the stream, from SOI to EOI
  /// @throws IllegalArgumentException if the scan script or the sampling factors do not fit the
  ///   picture
  public byte[] encode(Raster raster) {
    ColorModel model = model(raster);
    Frame frame = frame(raster, model);
    CoefficientSource coefficients = new ForwardStage(frame, model, quantTables, raster);
    return new StreamWriter(options.stream(), frame, model, quantTables::get)
        .write(JfifHeader.DEFAULT, coefficients);
  }

  /// Writes coefficients as they are; of the options, only those of the stream count.
  ///
  /// @param picture coefficients and tables; with samples of 12 bits the file is extended
  ///   sequential or progressive, with tables made for it
  /// @return the stream, from SOI to EOI
  /// @throws IllegalArgumentException if the scan script does not fit the picture, or a coefficient
  ///   is too large for samples of its precision
  public byte[] encodeCoefficients(JpegCoefficients picture) {
    return StreamWriter.of(options.stream(), picture)
        .write(picture.jfif(), CoefficientSource.of(picture.components()));
  }

  /// The abbreviated stream that holds only tables (T.81 B.5): both quantisation tables and the
  /// four Huffman tables.
  ///
  /// @return the stream, from SOI to EOI
  public byte[] encodeTables() {
    ByteSink out = new ByteSink();
    HeaderWriter header = new HeaderWriter(out);
    out.writeMarker(Marker.SOI);
    for (int i = 0; i < quantTables.size(); i++) {
      header.quantTable(i, quantTables.get(i));
    }
    header.huffmanTables(0, options.stream().tables());
    header.huffmanTables(1, options.stream().tables());
    out.writeMarker(Marker.EOI);
    return out.toByteArray();
  }

  private ColorModel model(Raster raster) {
    return switch (raster.components()) {
      case 1 -> ColorModel.GREY;
      case 2 -> ColorModel.OTHER;
      case 3 ->
          switch (options.colors()) {
            case YCC -> ColorModel.YCC;
            case GREY -> ColorModel.GREY;
            case RGB -> ColorModel.RGB;
          };
      default -> ColorModel.CMYK;
    };
  }

  private Frame frame(Raster raster, ColorModel model) {
    List<FrameComponent> components = new ArrayList<>();
    int[] ids = model.ids();
    for (int i = 0; i < ids.length; i++) {
      boolean plain = ids.length == 1 || i >= options.factors().size();
      SamplingFactor factor = plain ? new SamplingFactor(1, 1) : options.factors().get(i);
      components.add(new FrameComponent(ids[i], factor.h(), factor.v(), model.codingTable(i)));
    }
    Frame frame =
        new Frame(Marker.SOF0, 8, raster.width(), raster.height(), List.copyOf(components));
    for (FrameComponent c : components) {
      if (frame.maxH() % c.h() != 0 || frame.maxV() % c.v() != 0) {
        throw new IllegalArgumentException(
            "jpeg encoder: sampling ratio not whole; %d x %d of %d x %d; need divisors"
                .formatted(c.h(), c.v(), frame.maxH(), frame.maxV()));
      }
    }
    return frame;
  }
}
