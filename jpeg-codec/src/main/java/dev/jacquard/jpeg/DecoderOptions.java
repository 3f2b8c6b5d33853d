package dev.jacquard.jpeg;

/// What a decoder is told beside the stream. Immutable; the `with` methods return a changed copy.
///
/// @param strict whether the first violation of T.81 ends decoding; if not, broken data is passed
///   over as libjpeg does, and warnings are collected
/// @param maxPixels pictures with more pixels are refused before memory is taken for them
/// @param smoothing whether chrominance is interpolated ("fancy upsampling") or just repeated
/// @param tables what the stream may use without defining it
public record DecoderOptions(boolean strict, long maxPixels, boolean smoothing, JpegTables tables) {

  /// Checks the range of the limit.
  ///
  /// @throws IllegalArgumentException if the limit is under 1
  public DecoderOptions {
    if (maxPixels < 1) {
      throw new IllegalArgumentException(
          "jpeg decoder: limit out of range; " + maxPixels + " pixels; need at least 1");
    }
  }

  /// What `djpeg` does without options: tolerant, smoothing, no tables; at most 2^26 pixels.
  ///
  /// @return the defaults
  public static DecoderOptions defaults() {
    return new DecoderOptions(false, 1 << 26, true, JpegTables.none());
  }

  /// A copy that is strict or tolerant.
  ///
  /// @param strict whether the first violation ends decoding
  /// @return the copy
  public DecoderOptions withStrict(boolean strict) {
    return new DecoderOptions(strict, maxPixels, smoothing, tables);
  }

  /// A copy with another limit.
  ///
  /// @param maxPixels at least 1
  /// @return the copy
  public DecoderOptions withMaxPixels(long maxPixels) {
    return new DecoderOptions(strict, maxPixels, smoothing, tables);
  }

  /// A copy that interpolates chrominance or repeats it.
  ///
  /// @param smoothing whether to interpolate
  /// @return the copy
  public DecoderOptions withSmoothing(boolean smoothing) {
    return new DecoderOptions(strict, maxPixels, smoothing, tables);
  }

  /// A copy with other tables.
  ///
  /// @param tables for streams in the abbreviated format
  /// @return the copy
  public DecoderOptions withTables(JpegTables tables) {
    return new DecoderOptions(strict, maxPixels, smoothing, tables);
  }
}
