package dev.jacquard.tensor.op;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Gradients;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.conformance.Lab;
import dev.jacquard.tensor.conformance.Numbers;
import dev.jacquard.tensor.conformance.OpCheck;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.shape.Shape;
import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/// Operators of elements beyond arithmetic.
public interface ElementwiseOpConformance {
  Lab lab();

  @Test
  default void operatorsOfTwoElementsBroadcast() {
    stretched("maximum", MaximumOp::apply, Math::max);
    stretched("minimum", MaximumOp::minimum, Math::min);
    stretched("pow", PowOp::apply, Math::pow);
    stretched("atan2", Atan2Op::apply, Math::atan2);
  }

  @Test
  default void operatorsOfOneElement() {
    each("pow 3", x -> PowOp.apply(x, 3), x -> x * x * x);
    each("pow 0", x -> PowOp.apply(x, 0), _ -> 1);
    each("clamp", x -> ClampOp.apply(x, -0.8f, 1.2f), x -> Math.clamp(x, -0.8f, 1.2f));
    each("softplus", SoftplusOp::apply, x -> Math.log1p(Math.exp(x)));
    each("elu", x -> EluOp.apply(x, 0.7f), x -> x > 0 ? x : 0.7 * Math.expm1(x));
    each("leaky relu", x -> LeakyReluOp.apply(x, 0.2f), x -> x > 0 ? x : 0.2 * x);
  }

  @Test
  default void whereTakesOneOrTheOther() {
    double[] mask = Numbers.normal("where mask", 7);
    Arrays.setAll(mask, i -> mask[i] < 0 ? 0 : mask[i]);
    new OpCheck(lab(), "where")
        .input(3, 7, 1)
        .input(17)
        .run(
            x -> {
              Tensor choice = Tensor.empty(x[0].backend(), Shape.of(7, 1));
              for (int i = 0; i < mask.length; i++) {
                x[0].backend().copy().fill(choice.narrow(0, i, 1), mask[i]);
              }
              return WhereOp.apply(choice, x[0], x[1]);
            },
            x -> {
              double[] y = new double[3 * 7 * 17];
              Arrays.setAll(y, n -> mask[n / 17 % 7] != 0 ? x[0][n / 17] : x[1][n % 17]);
              return y;
            },
            3,
            7,
            17);
  }

  @Test
  default void tiesShareTheGradientOfAMaximum() {
    TensorScope.run(
        "ties",
        () -> {
          Tensor a = Tensor.of(lab().backend(), Shape.of(3), 1, 2, 3).trainable();
          Tensor b = Tensor.of(lab().backend(), Shape.of(3), 1, 3, 2).trainable();
          Tape tape = new Tape();
          Gradients gradients = tape.backward(tape.call(() -> MaximumOp.apply(a, b).sum()));
          assertThat(gradients.of(a).toFloats()).containsExactly(0.5f, 0, 1);
          assertThat(gradients.of(b).toFloats()).containsExactly(0.5f, 1, 0);
        });
  }

  @Test
  default void straightThroughPassesTheGradientOn() {
    TensorScope.run(
        "straight through",
        () -> {
          Tensor x = Tensor.of(lab().backend(), Shape.of(3), 0.4f, 1.7f, -2.5f).trainable();
          Tensor dy = Tensor.of(lab().backend(), Shape.of(3), 1, 2, 3);
          Tape tape = new Tape();
          Tensor y = tape.call(() -> StraightThroughOp.apply(x, x.map(Unary.ROUND)));
          assertThat(y.toFloats()).containsExactly(0, 2, -2);
          assertThat(tape.backward(y, dy).of(x).toFloats()).containsExactly(1, 2, 3);
        });
  }

  private void stretched(String what, Pair op, DoubleBinaryOperator formula) {
    Shape a = Shape.of(3, 1, 17);
    Shape b = Shape.of(7, 1);
    double[] positive = Numbers.normal(what, a.numel());
    Arrays.setAll(positive, i -> (float) (Math.abs(positive[i]) + 0.25));
    new OpCheck(lab(), what)
        .input(a, positive)
        .input(b.toArray())
        .run(
            x -> op.apply(x[0], x[1]),
            x -> Broadcast.formula(x[0], a, x[1], b, Shape.of(3, 7, 17), formula),
            3,
            7,
            17);
  }

  private void each(String what, UnaryOperator<Tensor> op, DoubleUnaryOperator formula) {
    Shape shape = Shape.of(3, 7, 17);
    new OpCheck(lab(), what)
        .input(shape, Broadcast.awayFromZero(Numbers.normal(what, shape.numel())))
        .run(x -> op.apply(x[0]), x -> DoubleStream.of(x[0]).map(formula).toArray(), 3, 7, 17);
  }

  /// An operator of two tensors.
  @FunctionalInterface
  interface Pair {
    /// Applies it.
    Tensor apply(Tensor a, Tensor b);
  }
}
