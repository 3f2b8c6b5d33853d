package dev.jacquard.tensor.op;

import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.conformance.Functions;
import dev.jacquard.tensor.conformance.Lab;
import dev.jacquard.tensor.conformance.Numbers;
import dev.jacquard.tensor.conformance.OpCheck;
import dev.jacquard.tensor.shape.Shape;
import java.util.stream.DoubleStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Functions of one element.
public interface UnaryOpConformance {
  Lab lab();

  @ParameterizedTest
  @EnumSource(Unary.class)
  default void unaryOpOfEachFunction(Unary f) {
    for (long[] sizes : new long[][] {{1}, {3, 7, 17}, {0, 4}}) {
      Shape shape = Shape.of(sizes);
      double[] normal = Functions.domain(f, Numbers.normal("unary op", shape.numel()));
      new OpCheck(lab(), f + " " + shape)
          .input(shape, normal)
          .run(
              x -> UnaryOp.apply(f, x[0]),
              x -> DoubleStream.of(x[0]).map(v -> Functions.unary(f, v)).toArray(),
              sizes);
    }
  }
}
