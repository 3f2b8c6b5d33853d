package dev.jacquard.jpeg;

/// What a decoder is told beside the stream. Immutable; the `with` methods return a changed copy.
///
/// @param strict whether the first violation of T.81 ends decoding; if not, broken data is passed
///   over as libjpeg does, and warnings are collected
/// @param limits what a stream may ask for before it is refused
/// @param smoothing whether chrominance is interpolated ("fancy upsampling") or just repeated
/// @param tables what the stream may use without defining it
/// @param threads how many may work on one picture, which they do if it has restart markers, or on
///   a list of streams; the result does not depend on it
public record DecoderOptions(
    boolean strict, DecoderLimits limits, boolean smoothing, JpegTables tables, int threads) {

  /// Checks the number of threads.
  ///
  /// @throws IllegalArgumentException if it is under 1
  public DecoderOptions {
    if (threads < 1) {
      throw new IllegalArgumentException(
          "jpeg decoder: number of threads out of range; " + threads + "; need at least 1");
    }
  }

  /// What `djpeg` does without options: tolerant, smoothing, no tables, one thread; and the default
  /// limits.
  ///
  /// @return the defaults
  public static DecoderOptions defaults() {
    return new DecoderOptions(false, DecoderLimits.defaults(), true, JpegTables.none(), 1);
  }

  /// A copy that is strict or tolerant.
  ///
  /// @param strict whether the first violation ends decoding
  /// @return the copy
  public DecoderOptions withStrict(boolean strict) {
    return new DecoderOptions(strict, limits, smoothing, tables, threads);
  }

  /// A copy with other limits.
  ///
  /// @param limits what a stream may ask for
  /// @return the copy
  public DecoderOptions withLimits(DecoderLimits limits) {
    return new DecoderOptions(strict, limits, smoothing, tables, threads);
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
    return new DecoderOptions(strict, limits, smoothing, tables, threads);
  }

  /// A copy with other tables.
  ///
  /// @param tables for streams in the abbreviated format
  /// @return the copy
  public DecoderOptions withTables(JpegTables tables) {
    return new DecoderOptions(strict, limits, smoothing, tables, threads);
  }

  /// A copy that may use more threads, or fewer.
  ///
  /// @param threads at least 1; `Runtime.getRuntime().availableProcessors()` for all there are
  /// @return the copy
  public DecoderOptions withThreads(int threads) {
    return new DecoderOptions(strict, limits, smoothing, tables, threads);
  }
}
