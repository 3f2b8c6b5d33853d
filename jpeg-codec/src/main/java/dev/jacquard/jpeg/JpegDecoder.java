package dev.jacquard.jpeg;

/// Sequential Huffman decoder (T.81 Annex F) whose pixels equal those of libjpeg-turbo (`djpeg`,
/// integer DCT).
///
/// Immutable and safe for use by several threads. Baseline and extended sequential frames with
/// 8-bit samples, one component (grey) or three (YCbCr or RGB), in one scan or several; all
/// sampling factors whose ratios are whole numbers.
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
  /// @return the picture, its coefficients and what was wrong
  /// @throws JpegFormatException at the first violation of T.81 if strict, else if too much is
  ///   broken for any picture
  /// @throws JpegUnsupportedException if the process is not supported or the picture is over the
  ///   limit
  public DecodedJpeg decode(byte[] stream) throws JpegException {
    Problems problems = new Problems(options.strict());
    HeaderReader header = new HeaderReader(stream, options.tables().copyOfTables(), problems);
    header.expectStart();
    if (!header.readUntilScan()) {
      throw new JpegFormatException("no scan", header.offset(), "B.2.1");
    }
    Frame frame = header.frame();
    check(frame, header.offset());
    FrameDecoder decoder = new FrameDecoder(stream, header, problems);
    decoder.decodeScan();
    decodeOtherScans(header, decoder, problems);
    decoder.checkComplete();
    Raster raster =
        new InverseStage(frame, header.colorModel(), options.smoothing())
            .apply(decoder.coefficients(), decoder.quantTables());
    return new DecodedJpeg(raster, decoder.coefficients(), problems.warnings(), header.offset());
  }

  /// From here on there is a picture, and tolerant decoding will not lose it any more.
  private static void decodeOtherScans(HeaderReader header, FrameDecoder decoder, Problems problems)
      throws JpegException {
    try {
      while (header.readUntilScan()) {
        decoder.decodeScan();
      }
    } catch (JpegException e) {
      problems.reportAfterPicture(e);
    }
  }

  private void check(Frame frame, int offset) throws JpegUnsupportedException {
    int n = frame.components().size();
    if (frame.precision() != 8) {
      throw new JpegUnsupportedException(frame.precision() + "-bit samples (only 8)", offset);
    }
    if (frame.height() == 0) {
      throw new JpegUnsupportedException("number of lines left to a DNL segment", offset);
    }
    if (n != 1 && n != 3) {
      throw new JpegUnsupportedException(n + " components (only 1 or 3)", offset);
    }
    if ((long) frame.width() * frame.height() > options.maxPixels()) {
      throw new JpegUnsupportedException(
          "picture of %d x %d pixels, over the limit of %d"
              .formatted(frame.width(), frame.height(), options.maxPixels()),
          offset);
    }
    for (FrameComponent c : frame.components()) {
      if (frame.maxH() % c.h() != 0 || frame.maxV() % c.v() != 0) {
        throw new JpegUnsupportedException(
            "sampling ratio that is no whole number, %d x %d of %d x %d"
                .formatted(c.h(), c.v(), frame.maxH(), frame.maxV()),
            offset);
      }
    }
  }
}
