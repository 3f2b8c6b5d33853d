package dev.jacquard.models.eval.golden.ops;

import dev.jacquard.tensor.Tensor;
import java.io.IOException;
import java.util.List;

/// One operator of the list: from the arguments of a case to its outputs.
@FunctionalInterface
interface OpFunction {
  /// Computes a case.
  ///
  /// @param arguments inputs and attributes; inputs that need gradients are trainable
  /// @return `out0`, `out1`, ...
  /// @throws IOException if an attribute or input is missing or of the wrong kind
  List<Tensor> apply(OpArguments arguments) throws IOException;
}
