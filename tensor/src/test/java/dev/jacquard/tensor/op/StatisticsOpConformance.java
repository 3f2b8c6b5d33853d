package dev.jacquard.tensor.op;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.conformance.Lab;
import dev.jacquard.tensor.conformance.OpCheck;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.shape.Shape;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/// Operators that make one number of many.
public interface StatisticsOpConformance {
  Lab lab();

  @Test
  default void manyNumbersBecomeOne() {
    columns("mean", x -> VarianceOp.mean(x, 1), x -> sum(x) / 7);
    columns("variance", x -> VarianceOp.apply(x, 1, -2), x -> squares(x) / 6);
    columns("biased variance", x -> VarianceOp.apply(x, 0, 1), x -> squares(x) / 7);
    columns("amax", x -> AmaxOp.apply(x, 1), x -> DoubleStream.of(x).max().orElseThrow());
    columns("amin", x -> AmaxOp.amin(x, 1), x -> DoubleStream.of(x).min().orElseThrow());
    columns("norm", x -> EuclideanNormOp.apply(x, 1), x -> Math.sqrt(sum(map(x, v -> v * v))));
    columns(
        "product",
        x -> CumprodOp.product(x, 1),
        x -> DoubleStream.of(x).reduce(1, (p, q) -> p * q));
    columns(
        "logSumExp",
        x -> LogSumExpOp.apply(x, 1).reshape(3, 1, 5),
        x -> Math.log(sum(map(x, Math::exp))));
  }

  @Test
  default void logSoftmaxAlongAnyAxis() {
    for (int axis = 0; axis < 2; axis++) {
      int along = axis;
      new OpCheck(lab(), "logSoftmax " + axis)
          .input(5, 7)
          .run(x -> LogSoftmaxOp.apply(x[0], along), x -> logSoftmax(x[0], along), 5, 7);
      new OpCheck(lab(), "softmax " + axis)
          .input(5, 7)
          .run(
              x -> SoftmaxOp.apply(x[0], along),
              x -> map(logSoftmax(x[0], along), Math::exp),
              5,
              7);
    }
  }

  @Test
  default void crossEntropyOfRows() {
    int[] labels = {2, CrossEntropyOp.IGNORE, 0, 6, 6};
    new OpCheck(lab(), "cross-entropy rows")
        .input(5, 7)
        .run(
            x -> CrossEntropyOp.rows(x[0], Tensor.ofInts(x[0].backend(), Shape.of(5), labels)),
            x -> {
              double[] logs = logSoftmax(x[0], 1);
              double[] y = new double[5];
              Arrays.setAll(y, i -> labels[i] < 0 ? 0 : -logs[7 * i + labels[i]]);
              return y;
            },
            5);
  }

  @Test
  default void equalMaximaShareAndTheNormOfNothingHasNoGradient() {
    TensorScope.run(
        "edges",
        () -> {
          Tensor x = Tensor.of(lab().backend(), Shape.of(4), 0, 2, 2, -1).trainable();
          Tape tape = new Tape();
          Tensor max = tape.call(() -> AmaxOp.apply(x, 0).sum());
          assertThat(tape.backward(max).of(x).toFloats()).containsExactly(0, 0.5f, 0.5f, 0);
          Tensor zero = Tensor.zeros(lab().backend(), Shape.of(3)).trainable();
          Tensor norm = tape.call(() -> EuclideanNormOp.apply(zero, 0).sum());
          assertThat(tape.backward(norm).of(zero).toFloats()).containsExactly(0, 0, 0);
        });
  }

  /// Checks an operator that reduces the middle axis of `[3, 7, 5]`.
  private void columns(String what, UnaryOperator<Tensor> op, ToDoubleFunction<double[]> formula) {
    new OpCheck(lab(), what)
        .input(3, 7, 5)
        .run(
            x -> op.apply(x[0]),
            x -> {
              double[] y = new double[15];
              for (int n = 0; n < 15; n++) {
                int from = n / 5 * 35 + n % 5;
                double[] column = new double[7];
                Arrays.setAll(column, i -> x[0][from + 5 * i]);
                y[n] = formula.applyAsDouble(column);
              }
              return y;
            },
            3,
            1,
            5);
  }

  private static double[] logSoftmax(double[] x, int axis) {
    double[] y = new double[35];
    for (int n = 0; n < 35; n++) {
      double sum = 0;
      for (int m = 0; m < 35; m++) {
        boolean together = axis == 0 ? m % 7 == n % 7 : m / 7 == n / 7;
        sum += together ? Math.exp(x[m]) : 0;
      }
      y[n] = x[n] - Math.log(sum);
    }
    return y;
  }

  private static double squares(double[] x) {
    double mean = sum(x) / x.length;
    return sum(map(x, v -> (v - mean) * (v - mean)));
  }

  private static double sum(double[] x) {
    return DoubleStream.of(x).sum();
  }

  private static double[] map(double[] x, java.util.function.DoubleUnaryOperator f) {
    return DoubleStream.of(x).map(f).toArray();
  }
}
