package dev.jacquard.models.quantizer;

import dev.jacquard.tensor.Tensor;

/// A quantizer with one table of codes that a gradient moves. Only codes that are used get a
/// gradient, so those that nothing is near to stay where they are until somebody moves them.
public interface CodeTable extends Quantizer {
  /// The stored codes.
  ///
  /// @return `[K, d]`, live
  Tensor table();

  /// The vectors that codes are to stand for.
  ///
  /// @param z a grid `[B, d, h, w]`, f32
  /// @return `[N, d]`; any of them is a place for a code
  Tensor candidates(Tensor z);
}
