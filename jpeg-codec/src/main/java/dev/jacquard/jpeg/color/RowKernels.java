package dev.jacquard.jpeg.color;

/// What is done to whole rows of samples of 8 bits, by plain loops or by vectors, with the same
/// results.
public sealed interface RowKernels permits PlainRowKernels, VectorRowKernels {

  /// The fastest kernels that this machine has.
  ///
  /// @return without state, for any thread
  static RowKernels best() {
    return Vectors.AVAILABLE ? new VectorRowKernels() : new PlainRowKernels();
  }

  /// YCbCr to RGB; see [YccConversion].
  ///
  /// @param y at least `n` samples; they do not stay what they are
  /// @param cb the same
  /// @param cr the same
  /// @param n number of pixels
  /// @param out receives `3 * n` samples, interleaved
  /// @param at index in `out` of the first one
  void toRgb(short[] y, short[] cb, short[] cr, int n, byte[] out, int at);

  /// RGB to YCbCr; see [YccConversion].
  ///
  /// @param rgb interleaved
  /// @param from index in `rgb` of the first of `3 * n` samples
  /// @param n number of pixels
  /// @param y receives `n` samples
  /// @param cb receives `n` samples
  /// @param cr receives `n` samples
  void fromRgb(byte[] rgb, int from, int n, short[] y, short[] cb, short[] cr);

  /// Means of 2 by 2 samples, rounded with a bias of 1 and 2 in turn; see [Downsampler].
  ///
  /// @param above `2 * n` samples
  /// @param below the same of the next row
  /// @param n number of means
  /// @param out receives them
  /// @param at index in `out` of the first one
  void meanOfFour(short[] above, short[] below, int n, short[] out, int at);
}
