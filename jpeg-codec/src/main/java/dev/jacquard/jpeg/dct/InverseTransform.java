package dev.jacquard.jpeg.dct;

import dev.jacquard.jpeg.color.Vectors;

/// From quantised coefficients to samples: dequantisation, inverse discrete cosine transform (T.81
/// A.3.3, A.3.4), level shift and clamping.
///
/// An instance has scratch memory and is for one thread.
public sealed interface InverseTransform permits BlockwiseInverse, VectorInverseDct {

  /// The fastest transform that this machine has for a frame.
  ///
  /// @param precision bits of a sample, 8 or 12
  /// @return a new instance
  static InverseTransform of(int precision) {
    if (precision != 8) {
      return new DeepInverseDct();
    }
    return Vectors.AVAILABLE ? new VectorInverseDct() : new InverseDct();
  }

  /// Turns blocks side by side into samples.
  ///
  /// @param coefficients quantised, row-major blocks
  /// @param from index of the first block's DC coefficient
  /// @param blocks how many
  /// @param table quantisation table
  /// @param out receives 8 rows of `8 * blocks` samples
  /// @param at index in `out` of the first sample
  /// @param stride distance between rows in `out`
  void transformRow(
      short[] coefficients,
      int from,
      int blocks,
      QuantTable table,
      short[] out,
      int at,
      int stride);
}
