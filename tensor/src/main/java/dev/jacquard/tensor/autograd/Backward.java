package dev.jacquard.tensor.autograd;

import dev.jacquard.tensor.Tensor;
import java.util.List;

/// The backward half of an operator.
@FunctionalInterface
public interface Backward {
  /// Applies the chain rule.
  ///
  /// @param dy gradient of the loss with respect to the operator's result, of its shape, contiguous
  /// @return gradients with respect to the inputs, in the order in which they were recorded
  List<Tensor> gradients(Tensor dy);
}
