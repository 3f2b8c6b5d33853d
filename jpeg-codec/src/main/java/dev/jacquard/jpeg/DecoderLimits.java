package dev.jacquard.jpeg;

/// What a stream may ask of the decoder before it is refused. Everything is checked before memory
/// is taken or time spent; small hostile files can otherwise ask for gigabytes and hours.
///
/// @param pixels width times height of the frame
/// @param bytes memory for coefficients, samples and the picture together
/// @param scans scans of a frame; each may go over the whole picture
/// @param segments marker segments of the stream
public record DecoderLimits(long pixels, long bytes, int scans, int segments) {

  /// Checks that something is allowed at all.
  ///
  /// @throws IllegalArgumentException if a limit is under 1
  public DecoderLimits {
    if (pixels < 1 || bytes < 1 || scans < 1 || segments < 1) {
      throw new IllegalArgumentException(
          "jpeg decoder: limit out of range; %d pixels, %d bytes, %d scans, %d segments; need at least 1"
              .formatted(pixels, bytes, scans, segments));
    }
  }

  /// 2^26 pixels, 2 GiB, 500 scans, 100,000 segments.
  ///
  /// @return the defaults
  public static DecoderLimits defaults() {
    return new DecoderLimits(1 << 26, 1L << 31, 500, 100_000);
  }

  /// A copy with another limit of pixels.
  ///
  /// @param pixels at least 1
  /// @return the copy
  public DecoderLimits withPixels(long pixels) {
    return new DecoderLimits(pixels, bytes, scans, segments);
  }

  /// A copy with another limit of memory.
  ///
  /// @param bytes at least 1
  /// @return the copy
  public DecoderLimits withBytes(long bytes) {
    return new DecoderLimits(pixels, bytes, scans, segments);
  }

  /// A copy with another limit of scans.
  ///
  /// @param scans at least 1
  /// @return the copy
  public DecoderLimits withScans(int scans) {
    return new DecoderLimits(pixels, bytes, scans, segments);
  }

  /// A copy with another limit of marker segments.
  ///
  /// @param segments at least 1
  /// @return the copy
  public DecoderLimits withSegments(int segments) {
    return new DecoderLimits(pixels, bytes, scans, segments);
  }

  /// Refuses frames that are too large.
  void check(Frame frame, int offset) throws JpegUnsupportedException {
    long size = (long) frame.width() * frame.height();
    if (size > pixels) {
      throw over(
          "picture of %d x %d pixels".formatted(frame.width(), frame.height()), pixels, offset);
    }
    long most = 0;
    long all = size * frame.components().size() * (frame.precision() == 8 ? 1 : 3);
    for (FrameComponent c : frame.components()) {
      long samples = frame.paddedSamples(c);
      most = Math.max(most, samples);
      all += 2 * 2 * samples; // coefficients and samples, of 2 bytes each
    }
    if (all > bytes || Math.max(most, size * frame.components().size()) > Integer.MAX_VALUE - 64) {
      throw over("picture that needs " + all + " bytes", bytes, offset);
    }
  }

  void checkScans(int count, int offset) throws JpegUnsupportedException {
    if (count > scans) {
      throw over("scan number " + count, scans, offset);
    }
  }

  void checkSegments(int count, int offset) throws JpegUnsupportedException {
    if (count > segments) {
      throw over("marker segment number " + count, segments, offset);
    }
  }

  private static JpegUnsupportedException over(String what, long limit, int offset) {
    return new JpegUnsupportedException("%s, over the limit of %d".formatted(what, limit), offset);
  }
}
