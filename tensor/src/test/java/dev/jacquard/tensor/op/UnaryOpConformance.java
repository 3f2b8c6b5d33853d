package dev.jacquard.tensor.op;

import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.conformance.Lab;
import dev.jacquard.tensor.conformance.Numbers;
import dev.jacquard.tensor.conformance.OpCheck;
import dev.jacquard.tensor.shape.Shape;
import java.util.Arrays;
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
      double[] normal = Broadcast.awayFromZero(Numbers.normal("unary op", shape.numel()));
      boolean positive = f == Unary.LOG || f == Unary.SQRT;
      Arrays.setAll(normal, i -> positive ? Math.abs(normal[i]) : normal[i]);
      new OpCheck(lab(), f + " " + shape)
          .input(shape, normal)
          .run(
              x -> UnaryOp.apply(f, x[0]),
              x -> DoubleStream.of(x[0]).map(v -> value(f, v)).toArray(),
              sizes);
    }
  }

  private static double value(Unary f, double x) {
    return switch (f) {
      case NEG -> -x;
      case EXP -> Math.exp(x);
      case LOG -> Math.log(x);
      case SQRT -> Math.sqrt(x);
      case TANH -> Math.tanh(x);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case SILU -> x / (1 + Math.exp(-x));
      case RELU -> Math.max(x, 0);
    };
  }
}
