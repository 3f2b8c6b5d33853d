package dev.jacquard.jpeg;

/// What a decoder is told beside the stream. Immutable; the `with` methods return a changed copy.
///
/// @param strict whether the first violation of T.81 ends decoding; if not, broken data is passed
///   over as libjpeg does, and warnings are collected
/// @param limits what a stream may ask for before it is refused
/// @param smoothing whether chrominance is interpolated ("fancy upsampling") or just repeated
/// @param tables what the stream may use without defining it
public record DecoderOptions(
    boolean strict, DecoderLimits limits, boolean smoothing, JpegTables tables) {

  /// What `djpeg` does without options: tolerant, smoothing, no tables; and the default limits.
  ///
  /// @return the defaults
  public static DecoderOptions defaults() {
    return new DecoderOptions(false, DecoderLimits.defaults(), true, JpegTables.none());
  }

  /// A copy that is strict or tolerant.
  ///
  /// @param strict whether the first violation ends decoding
  /// @return the copy
  public DecoderOptions withStrict(boolean strict) {
    return new DecoderOptions(strict, limits, smoothing, tables);
  }

  /// A copy with other limits.
  ///
  /// @param limits what a stream may ask for
  /// @return the copy
  public DecoderOptions withLimits(DecoderLimits limits) {
    return new DecoderOptions(strict, limits, smoothing, tables);
  }

  /// A copy with another limit of pixels.
  ///
  /// @param maxPixels at least 1
  /// @return the copy
  public DecoderOptions withMaxPixels(long maxPixels) {
    return withLimits(limits.withPixels(maxPixels));
  }

  /// A copy that interpolates chrominance or repeats it.
  ///
  /// @param smoothing whether to interpolate
  /// @return the copy
  public DecoderOptions withSmoothing(boolean smoothing) {
    return new DecoderOptions(strict, limits, smoothing, tables);
  }

  /// A copy with other tables.
  ///
  /// @param tables for streams in the abbreviated format
  /// @return the copy
  public DecoderOptions withTables(JpegTables tables) {
    return new DecoderOptions(strict, limits, smoothing, tables);
  }
}
