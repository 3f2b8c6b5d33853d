package dev.jacquard.models.eval.golden.ops;

import dev.jacquard.tensor.Tensor;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which operator of this library each name of a group's cases means.
final class OpTable {
  private final Map<String, OpFunction> functions = new HashMap<>();

  /// An operator with one output.
  @FunctionalInterface
  interface Single {
    /// Computes a case.
    Tensor apply(OpArguments arguments) throws IOException;
  }

  /// Adds an operator with one output.
  OpTable one(String op, Single function) {
    return many(op, arguments -> List.of(function.apply(arguments)));
  }

  /// Adds an operator with any number of outputs.
  OpTable many(String op, OpFunction function) {
    functions.put(op, function);
    return this;
  }

  Optional<OpFunction> find(String op) {
    return Optional.ofNullable(functions.get(op));
  }
}
