package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.DTypeException;

/// What operators ask of a weight that may be stored in a type other than f32.
final class StoredWeights {
  private StoredWeights() {}

  /// Checks that a weight has a floating-point type, and is f32 if a gradient flows to it.
  static void require(String op, String name, Tensor weight) {
    if (!weight.dtype().isFloating()) {
      throw new DTypeException(
          "%s: wrong element type; %s is %s; need F32, BF16, F16, Q8_0 or Q4_0"
              .formatted(op, name, weight.dtype()));
    }
    if (weight.dtype() != DType.F32 && Tape.follows(weight)) {
      throw new DTypeException(
          "%s: a gradient flows to %s, which is %s; need F32, or %s.detach()"
              .formatted(op, name, weight.dtype(), name));
    }
  }
}
