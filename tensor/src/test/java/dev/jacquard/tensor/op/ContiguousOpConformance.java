package dev.jacquard.tensor.op;

import dev.jacquard.tensor.conformance.Lab;
import dev.jacquard.tensor.conformance.OpCheck;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A copy in row-major order.
public interface ContiguousOpConformance {
  Lab lab();

  @ParameterizedTest
  @CsvSource({"1, 1", "3, 7", "31, 33", "0, 3"})
  default void contiguousCopies(int a, int b) {
    new OpCheck(lab(), "contiguous %d %d".formatted(a, b))
        .input(a, b)
        .run(x -> ContiguousOp.apply(x[0]), x -> x[0].clone(), a, b);
  }
}
