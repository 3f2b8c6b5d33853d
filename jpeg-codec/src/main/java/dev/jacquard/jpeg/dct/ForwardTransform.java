package dev.jacquard.jpeg.dct;

import dev.jacquard.jpeg.color.Vectors;

/// From samples of 8 bits to quantised coefficients: level shift (T.81 A.3.1), forward discrete
/// cosine transform (A.3.3), quantisation (A.3.4).
///
/// An instance has scratch memory and is for one thread.
public sealed interface ForwardTransform permits ForwardDct, VectorForwardDct {

  /// The fastest transform that this machine has.
  ///
  /// @return a new instance
  static ForwardTransform best() {
    return Vectors.AVAILABLE ? new VectorForwardDct() : new ForwardDct();
  }

  /// Turns blocks side by side into coefficients.
  ///
  /// @param samples each 0..255
  /// @param at index of the first one
  /// @param stride distance between rows in `samples`
  /// @param blocks how many
  /// @param table quantisation table
  /// @param out receives 64 coefficients a block, row-major
  /// @param to index in `out` of the first one
  void transformRow(
      short[] samples, int at, int stride, int blocks, QuantTable table, short[] out, int to);
}
