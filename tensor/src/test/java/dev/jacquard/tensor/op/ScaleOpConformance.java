package dev.jacquard.tensor.op;

import dev.jacquard.tensor.conformance.Lab;
import dev.jacquard.tensor.conformance.OpCheck;
import java.util.stream.DoubleStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `factor · x`.
public interface ScaleOpConformance {
  Lab lab();

  @ParameterizedTest
  @CsvSource({"1, 1", "3, 7", "31, 33", "0, 3"})
  default void scaleMultiplies(int a, int b) {
    new OpCheck(lab(), "scale %d %d".formatted(a, b))
        .input(a, b)
        .run(
            x -> ScaleOp.apply(x[0], -1.5f),
            x -> DoubleStream.of(x[0]).map(v -> -1.5 * v).toArray(),
            a,
            b);
  }
}
