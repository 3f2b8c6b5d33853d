package dev.jacquard.jpeg;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/// Decoder whose pixels equal those of libjpeg-turbo (`djpeg`, integer DCT).
///
/// Immutable and safe for use by several threads. Baseline, extended sequential and progressive
/// frames (T.81 Annexes F and G) of 8-bit and, but for baseline, 12-bit samples, Huffman or
/// arithmetic coding; lossless frames (Annex H) of 2 to 16 bits with Huffman coding; one to four
/// components, in one scan or several, all sampling factors.
///
/// ```java
/// Raster raster = new JpegDecoder(DecoderOptions.defaults()).decode(file).raster();
/// ```
public final class JpegDecoder {
  private final DecoderOptions options;

  /// A decoder.
  ///
  /// @param options for every stream it decodes
  public JpegDecoder(DecoderOptions options) {
    this.options = options;
  }

  /// Decodes a stream in interchange format or, with tables in the options, in the abbreviated
  /// format for compressed image data.
  ///
  /// @param stream from SOI on; what follows EOI is ignored
  /// @return the picture in 8 bits and what was wrong
  /// @throws JpegFormatException at the first violation of T.81 if strict, else if too much is
  ///   broken for any picture
  /// @throws JpegUnsupportedException if the process is not supported or the picture is over the
  ///   limit
  public DecodedJpeg decode(byte[] stream) throws JpegException {
    Problems problems = new Problems(options.strict());
    HeaderReader header = header(stream, problems);
    return result(header, show(stream, header, problems), problems);
  }

  /// Decodes streams side by side, each as [#decode] does, on as many threads as the options say.
  ///
  /// @param streams in any number
  /// @return the pictures in the same order
  /// @throws JpegException what the first stream that cannot be decoded gives reason for
  public List<DecodedJpeg> decodeAll(List<byte[]> streams) throws JpegException {
    if (options.threads() == 1 || streams.size() < 2) {
      List<DecodedJpeg> results = new ArrayList<>();
      for (byte[] stream : streams) {
        results.add(decode(stream));
      }
      return results;
    }
    JpegDecoder each = new JpegDecoder(options.withThreads(1));
    List<Callable<DecodedJpeg>> tasks = new ArrayList<>();
    for (byte[] stream : streams) {
      tasks.add(() -> each.decode(stream));
    }
    return Threads.run(tasks, options.threads());
  }

  /// What is known of a picture.
  static DecodedJpeg result(HeaderReader header, PixelArray pixels, Problems problems)
      throws JpegFormatException {
    return new DecodedJpeg(
        pixels.raster(), header.metadata(), problems.warnings(), header.offset());
  }

  /// Decodes a stream to samples of its own precision: 8 or 12 bits, where it is lossless 2 to 16.
  ///
  /// @param stream as for [#decode]
  /// @return the picture
  /// @throws JpegFormatException as [#decode] does
  /// @throws JpegUnsupportedException as [#decode] does
  public DeepRaster decodeDeep(byte[] stream) throws JpegException {
    Problems problems = new Problems(options.strict());
    HeaderReader header = header(stream, problems);
    return show(stream, header, problems).deepRaster();
  }

  private PixelArray show(byte[] stream, HeaderReader header, Problems problems)
      throws JpegException {
    readToFirstScan(header);
    PictureDecoder decoder = begin(stream, header, problems, options, false);
    ScanDecoder scan = decoder.beginScan();
    if (decoder instanceof FrameDecoder frame && frame.showsOnTheWay()) {
      PixelArray pixels = frame.decodeAndShow(scan, rendering(header, options), options.threads());
      decodeRest(header, decoder, problems);
      return pixels;
    }
    decodeScan(scan, header);
    decodeRest(header, decoder, problems);
    return decoder.show(rendering(header, options));
  }

  static Rendering rendering(HeaderReader header, DecoderOptions options)
      throws JpegFormatException {
    return new Rendering(header.colorModel(), options.smoothing());
  }

  /// Reads a stream up to its first scan.
  ///
  /// @param stream from SOI on
  /// @return what it says of its picture
  /// @throws JpegFormatException if there is no picture, or, if strict, at the first violation
  /// @throws JpegUnsupportedException if the process is not supported or the picture is over the
  ///   limit
  public JpegHeader readHeader(byte[] stream) throws JpegException {
    HeaderReader header = header(stream, new Problems(options.strict()));
    readToFirstScan(header);
    Frame frame = header.frame();
    check(frame, header.offset(), options.limits());
    return new JpegHeader(
        frame.width(),
        frame.height(),
        frame.precision(),
        header.colorModel(),
        frame.isLossless(),
        header.metadata());
  }

  /// Decodes a stream as far as the quantised coefficients, which is all that is in it.
  ///
  /// @param stream from SOI on; what follows EOI is ignored
  /// @return the coefficients with what is needed to write or show them
  /// @throws JpegFormatException at the first violation of T.81 if strict, else if too much is
  ///   broken for any picture
  /// @throws JpegUnsupportedException if the process is not supported or the picture is over the
  ///   limit
  public DecodedCoefficients decodeCoefficients(byte[] stream) throws JpegException {
    Problems problems = new Problems(options.strict());
    HeaderReader header = header(stream, problems);
    readToFirstScan(header);
    if (!(begin(stream, header, problems, options, true) instanceof FrameDecoder decoder)) {
      throw new JpegUnsupportedException("lossless frame, without coefficients", header.offset());
    }
    decodeScan(decoder.beginScan(), header);
    decodeRest(header, decoder, problems);
    JpegMetadata metadata = header.metadata();
    JpegCoefficients picture =
        JpegCoefficients.read(
            header.frame(),
            header.colorModel(),
            JfifHeader.of(metadata),
            decoder.quantTablesOfAll(),
            decoder.coefficients());
    return new DecodedCoefficients(picture, metadata, problems.warnings(), header.offset());
  }

  private HeaderReader header(byte[] stream, Problems problems) {
    return new HeaderReader(stream, options.tables().copyOfTables(), problems, options.limits());
  }

  /// Decodes all scans but the first one.
  private static void decodeRest(HeaderReader header, PictureDecoder decoder, Problems problems)
      throws JpegException {
    try {
      while (header.readUntilScan()) {
        decodeScan(decoder.beginScan(), header);
      }
    } catch (JpegException e) {
      problems.reportAfterPicture(e); // tolerant decoding will not lose the picture any more
    }
    decoder.checkComplete();
  }

  private static void readToFirstScan(HeaderReader header) throws JpegException {
    header.expectStart();
    if (!header.readUntilScan()) {
      throw new JpegFormatException("no scan", header.offset(), "B.2.1");
    }
    header.findLines();
  }

  private static void decodeScan(ScanDecoder scan, HeaderReader header) throws JpegException {
    scan.decode();
    header.continueAt(scan.offset());
  }

  /// Begins a picture, once everything before its first scan has been read.
  ///
  /// @param keepsCoefficients whether all of them are wanted at the end
  static PictureDecoder begin(
      byte[] stream,
      HeaderReader header,
      Problems problems,
      DecoderOptions options,
      boolean keepsCoefficients)
      throws JpegException {
    Frame frame = header.frame();
    check(frame, header.offset(), options.limits());
    return frame.isLossless()
        ? new LosslessDecoder(stream, header, problems)
        : new FrameDecoder(stream, header, problems, keepsCoefficients);
  }

  private static void check(Frame frame, int offset, DecoderLimits limits)
      throws JpegUnsupportedException {
    int n = frame.components().size();
    int bits = frame.precision();
    boolean deep = bits == 12 && frame.sof() != Marker.SOF0;
    if (frame.isLossless() ? bits < 2 || bits > 16 : bits != 8 && !deep) {
      String problem = "%d-bit samples in a frame of %s (need 8, not baseline 12, lossless 2..16)";
      throw new JpegUnsupportedException(problem.formatted(bits, Marker.name(frame.sof())), offset);
    }
    if (n > 4) {
      throw new JpegUnsupportedException(n + " components (only 1 to 4)", offset);
    }
    limits.check(frame, offset);
  }
}
