package dev.jacquard.models.quantizer;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import java.util.function.Function;

/// The gradient of `Σ w · f(x)`, for comparison with formulas.
final class Gradient {
  private Gradient() {}

  static float[] of(Function<Tensor, Tensor> f, Tensor x, Tensor w) {
    Tensor leaf = x.trainable();
    Tape tape = new Tape();
    Tensor y = tape.call(() -> f.apply(leaf));
    return tape.backward(y, w).of(leaf).toFloats();
  }

  /// Of a scalar function.
  static float[] of(Function<Tensor, Tensor> f, Tensor x) {
    Tensor leaf = x.trainable();
    Tape tape = new Tape();
    Tensor y = tape.call(() -> f.apply(leaf));
    return tape.backward(y).of(leaf).toFloats();
  }
}
