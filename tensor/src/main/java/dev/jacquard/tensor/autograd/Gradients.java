package dev.jacquard.tensor.autograd;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.shape.ShapeException;
import it.unimi.dsi.fastutil.objects.Reference2ObjectOpenHashMap;

/// The gradients of one backward pass, by tensor. They belong to the scope in which the pass ran;
/// some may share memory, so do not write into them.
public final class Gradients {
  private final Reference2ObjectOpenHashMap<Tensor, Tensor> byTensor;

  Gradients(Reference2ObjectOpenHashMap<Tensor, Tensor> byTensor) {
    this.byTensor = byTensor;
  }

  /// The gradient of one trainable tensor.
  ///
  /// @param tensor the very object that took part in the computation
  /// @return gradient of its shape, contiguous
  /// @throws ShapeException if the loss does not depend on it
  public Tensor of(Tensor tensor) {
    Tensor gradient = byTensor.get(tensor);
    if (gradient == null) {
      throw new ShapeException(
          "gradients: no gradient for a tensor " + tensor.shape() + "; the loss does not use it");
    }
    return gradient;
  }

  /// Whether the loss depends on a tensor.
  ///
  /// @param tensor the very object that took part in the computation
  /// @return true if [#of] has an answer
  public boolean has(Tensor tensor) {
    return byTensor.containsKey(tensor);
  }
}
