package dev.jacquard.jpeg.color;

/// What is done to whole rows of samples of 8 bits, by plain loops or by vectors, with the same
/// results.
public sealed interface RowKernels permits PlainRowKernels, VectorRowKernels {

  /// The fastest kernels that this machine has.
  ///
  /// @return with scratch memory, for one thread
  static RowKernels best() {
    return Vectors.AVAILABLE ? new VectorRowKernels() : new PlainRowKernels();
  }

  /// YCbCr to RGB; see [YccConversion].
  ///
  /// @param y at least `n` samples from `yAt` on
  /// @param yAt index of the first one
  /// @param cb at least `n` samples
  /// @param cr at least `n` samples
  /// @param n number of pixels
  /// @param out receives `3 * n` samples, interleaved
  /// @param at index in `out` of the first one
  void toRgb(short[] y, int yAt, short[] cb, short[] cr, int n, byte[] out, int at);

  /// RGB to YCbCr; see [YccConversion].
  ///
  /// @param rgb interleaved
  /// @param from index in `rgb` of the first of `3 * n` samples
  /// @param n number of pixels
  /// @param y receives `n` samples
  /// @param cb receives `n` samples
  /// @param cr receives `n` samples
  /// @param at index in all three of the first sample
  void fromRgb(byte[] rgb, int from, int n, short[] y, short[] cb, short[] cr, int at);

  /// Keeps the luminance of RGB only.
  ///
  /// @param rgb interleaved
  /// @param from index in `rgb` of the first of `3 * n` samples
  /// @param n number of pixels
  /// @param y receives `n` samples
  /// @param at index in `y` of the first sample
  default void greyFromRgb(byte[] rgb, int from, int n, short[] y, int at) {
    for (int i = 0, p = from; i < n; i++, p += 3) {
      int luma = YccConversion.luminance(rgb[p] & 0xFF, rgb[p + 1] & 0xFF, rgb[p + 2] & 0xFF);
      y[at + i] = (short) luma;
    }
  }

  /// Means of 2 by 2 samples, rounded with a bias of 1 and 2 in turn; see [Downsampler].
  ///
  /// @param samples of both rows
  /// @param above index in `samples` of the first of `2 * n` samples of a row
  /// @param below the same of the next row
  /// @param n number of means
  /// @param out receives them
  /// @param at index in `out` of the first one
  void meanOfFour(short[] samples, int above, int below, int n, short[] out, int at);
}
