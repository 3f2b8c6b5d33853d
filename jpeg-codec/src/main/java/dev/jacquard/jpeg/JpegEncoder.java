package dev.jacquard.jpeg;

import dev.jacquard.jpeg.dct.QuantTable;
import java.util.List;
import java.util.stream.IntStream;

/// Sequential Huffman encoder (T.81 Annex F) whose files equal, byte for byte, those of
/// libjpeg-turbo (`cjpeg`, integer DCT, typical Huffman tables).
///
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
    this.quantTables =
        List.of(QuantTable.luminance(options.quality()), QuantTable.chrominance(options.quality()));
  }

  /// Encodes a picture.
  ///
  /// @param raster grey or RGB; RGB is coded as YCbCr
  /// @return the stream, from SOI to EOI
  public byte[] encode(Raster raster) {
    Frame frame = frame(raster);
    List<ComponentCoefficients> coefficients = new ForwardStage(frame, quantTables).apply(raster);
    ByteSink out = new ByteSink();
    writeHeaders(frame, out);
    List<Integer> all = IntStream.range(0, frame.components().size()).boxed().toList();
    new ScanEncoder(out, options.restartInterval()).encode(Mcu.of(frame, all), coefficients);
    out.writeMarker(Marker.EOI);
    return out.toByteArray();
  }

  /// The abbreviated stream that holds only tables (T.81 B.5): both quantisation tables of the
  /// quality and the four typical Huffman tables.
  ///
  /// @return the stream, from SOI to EOI
  public byte[] encodeTables() {
    ByteSink out = new ByteSink();
    HeaderWriter header = new HeaderWriter(out);
    out.writeMarker(Marker.SOI);
    for (int i = 0; i < quantTables.size(); i++) {
      header.quantTable(i, quantTables.get(i));
    }
    header.huffmanTables(0);
    header.huffmanTables(1);
    out.writeMarker(Marker.EOI);
    return out.toByteArray();
  }

  private Frame frame(Raster raster) {
    boolean grey = raster.components() == 1 || options.grayscale();
    Sampling sampling = options.sampling();
    List<FrameComponent> components =
        grey
            ? List.of(new FrameComponent(1, 1, 1, 0))
            : List.of(
                new FrameComponent(1, sampling.horizontal(), sampling.vertical(), 0),
                new FrameComponent(2, 1, 1, 1),
                new FrameComponent(3, 1, 1, 1));
    // A baseline frame allows 8-bit quantisation steps only (B.2.4.1, Pq).
    boolean baseline = tablesOf(components).noneMatch(i -> quantTables.get(i).needs16Bits());
    int sof = baseline ? Marker.SOF0 : Marker.SOF1;
    return new Frame(sof, 8, raster.width(), raster.height(), components);
  }

  private static IntStream tablesOf(List<FrameComponent> components) {
    return components.stream().mapToInt(FrameComponent::tq).distinct();
  }

  private void writeHeaders(Frame frame, ByteSink out) {
    HeaderWriter header = new HeaderWriter(out);
    boolean full = options.form() == StreamForm.FULL;
    out.writeMarker(Marker.SOI);
    header.jfif();
    if (full) {
      tablesOf(frame.components()).forEach(i -> header.quantTable(i, quantTables.get(i)));
    }
    header.frame(frame);
    if (full) {
      tablesOf(frame.components()).forEach(header::huffmanTables);
    }
    if (options.restartInterval() > 0) {
      header.restartInterval(options.restartInterval());
    }
    header.scan(frame);
  }
}
