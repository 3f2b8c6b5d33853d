package dev.jacquard.tensor.op;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.ConvolutionGeometry;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.conformance.Functions;
import dev.jacquard.tensor.conformance.Lab;
import dev.jacquard.tensor.conformance.Numbers;
import dev.jacquard.tensor.conformance.OpCheck;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.shape.DerivativeException;
import dev.jacquard.tensor.shape.Shape;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Gradients of gradients: the first ones, computed by an inner tape, are the operator, and their
/// formula is written down here.
public interface SecondDerivativeConformance {
  double TOLERANCE = 1e-4; // second derivatives of f32, some of them far above 1

  Lab lab();

  /// `∂ Σ f(x)·w / ∂x = f'(x)·w`, with `f'` from central differences in f64.
  @ParameterizedTest
  @EnumSource(Unary.class)
  default void ofFunctions(Unary f) {
    Shape shape = Shape.of(3, 7);
    double[] x = Functions.domain(f, Numbers.normal("second " + f, 21));
    new OpCheck(lab(), "second derivative of " + f)
        .input(shape, x)
        .input(3, 7)
        .tolerance(1e-3) // differences of differences, of functions with poles near by
        .run(
            v -> gradient(v[0], () -> v[0].map(f).mul(v[1]).sum()),
            v -> {
              double[] y = new double[21];
              for (int i = 0; i < 21; i++) {
                y[i] = slope(f, v[0][i]) * v[1][i];
              }
              return y;
            },
            3,
            7);
  }

  /// For `y = tanh(x Wᵀ)`: `∂ Σ y / ∂x = (1 - y²) W`.
  @Test
  default void ofLinear() {
    new OpCheck(lab(), "second derivative of linear")
        .input(4, 3)
        .input(5, 3)
        .tolerance(TOLERANCE)
        .run(
            v -> gradient(v[0], () -> LinearOp.apply(v[0], v[1]).map(Unary.TANH).sum()),
            v -> {
              double[] dx = new double[12];
              for (int row = 0; row < 4; row++) {
                for (int out = 0; out < 5; out++) {
                  double sum = 0;
                  for (int i = 0; i < 3; i++) {
                    sum += v[0][3 * row + i] * v[1][3 * out + i];
                  }
                  for (int i = 0; i < 3; i++) {
                    dx[3 * row + i] += (1 - Math.pow(Math.tanh(sum), 2)) * v[1][3 * out + i];
                  }
                }
              }
              return dx;
            },
            4,
            3);
  }

  /// For `z = conv(x, w)`: `∂ Σ z² / ∂x[c, i] = Σ 2 z[o, j] w[o, c, i - j]`, in one dimension
  /// (height 1, kernel 1 x 3, padding 1 at the sides).
  @Test
  default void ofConvolution() {
    ConvolutionGeometry sides = new ConvolutionGeometry(1, 1, 0, 1, 0, 1, 1, 1, 1);
    new OpCheck(lab(), "second derivative of conv2d")
        .input(2, 2, 1, 5)
        .input(3, 2, 1, 3)
        .input(3)
        .tolerance(TOLERANCE)
        .run(
            v ->
                gradient(
                    v[0], () -> Conv2dOp.apply(v[0], v[1], v[2], sides).map(Unary.SQUARE).sum()),
            v -> {
              double[] dx = new double[20];
              for (int b = 0; b < 2; b++) {
                for (int o = 0; o < 3; o++) {
                  for (int j = 0; j < 5; j++) {
                    double z = v[2][o];
                    for (int n = 0; n < 6; n++) { // n = 3 c + k
                      int i = j + n % 3 - 1;
                      z += i < 0 || i > 4 ? 0 : v[0][(b * 2 + n / 3) * 5 + i] * v[1][o * 6 + n];
                    }
                    for (int n = 0; n < 6; n++) {
                      int i = j + n % 3 - 1;
                      if (i >= 0 && i <= 4) {
                        dx[(b * 2 + n / 3) * 5 + i] += 2 * z * v[1][o * 6 + n];
                      }
                    }
                  }
                }
              }
              return dx;
            },
            2,
            2,
            1,
            5);
  }

  /// For `y = Σ_columns (a / b · c)²` with broadcasting, through views and joins: `∂ Σ y² / ∂a`.
  @Test
  default void ofArithmeticViewsAndSums() {
    new OpCheck(lab(), "second derivative of arithmetic")
        .input(3, 4)
        .input(Shape.of(1, 4), 0.5, -2, 1.5, 3)
        .input(3, 1)
        .tolerance(1e-3) // fourth powers
        .run(
            v ->
                gradient(
                    v[0],
                    () -> {
                      Tensor z = v[0].div(v[1]).mul(v[2]).sub(v[2].scale(0.5f)); // [3, 4]
                      Tensor turned =
                          ConcatOp.apply(0, List.of(z.narrow(0, 2, 1), z.narrow(0, 0, 2)));
                      Tensor sums = SumOp.apply(turned.transpose(0, 1).map(Unary.SQUARE), 0);
                      return LeakyReluOp.apply(sums.reshape(3), 0.1f).map(Unary.SQUARE).sum();
                    }),
            v -> {
              double[] da = new double[12];
              for (int row = 0; row < 3; row++) {
                double squares = 0;
                for (int i = 0; i < 4; i++) {
                  squares += Math.pow(v[2][row] * (v[0][4 * row + i] / v[1][i] - 0.5), 2);
                }
                for (int i = 0; i < 4; i++) {
                  double z = v[2][row] * (v[0][4 * row + i] / v[1][i] - 0.5);
                  da[4 * row + i] = 2 * squares * 2 * z * v[2][row] / v[1][i];
                }
              }
              return da;
            },
            3,
            4);
  }

  /// The penalty `Σ (‖∂ score / ∂x‖² - 1)²` of a critic of two layers reaches every weight.
  @Test
  default void gradientPenaltyReachesTheWeights() {
    new OpCheck(lab(), "gradient penalty")
        .input(4, 3)
        .input(6, 3)
        .input(1, 6)
        .tolerance(1e-3) // fourth powers of the weights
        .run(
            v -> {
              Tensor dx =
                  gradient(
                      v[0],
                      () -> LinearOp.apply(LinearOp.apply(v[0], v[1]).map(Unary.SILU), v[2]).sum());
              Tensor lengths = SumOp.apply(dx.map(Unary.SQUARE), 1); // [4, 1]
              Tensor one = Tensor.full(dx.backend(), Shape.of(), 1);
              return lengths.sub(one).map(Unary.SQUARE).sum();
            },
            v -> {
              double penalty = 0;
              for (int row = 0; row < 4; row++) {
                double[] dx = new double[3];
                for (int out = 0; out < 6; out++) {
                  double sum = 0;
                  for (int i = 0; i < 3; i++) {
                    sum += v[0][3 * row + i] * v[1][3 * out + i];
                  }
                  double s = 1 / (1 + Math.exp(-sum));
                  for (int i = 0; i < 3; i++) {
                    dx[i] += v[2][out] * (s + sum * s * (1 - s)) * v[1][3 * out + i];
                  }
                }
                penalty += Math.pow(dx[0] * dx[0] + dx[1] * dx[1] + dx[2] * dx[2] - 1, 2);
              }
              return new double[] {penalty};
            });
  }

  @Test
  default void operatorWithAFirstDerivativeOnlySaysSo() {
    TensorScope.run(
        "test",
        () -> {
          Tensor x = Tensor.full(lab().backend(), Shape.of(2, 3), 1).trainable();
          assertThatThrownBy(
                  () -> new Tape().call(() -> gradient(x, () -> SoftmaxOp.apply(x).mul(x).sum())))
              .isInstanceOf(DerivativeException.class)
              .hasMessageContaining("derivative of softmax cannot be derived again");
        });
  }

  private static Tensor gradient(Tensor x, Supplier<Tensor> scalar) {
    Tape inner = new Tape();
    return inner.backward(inner.call(scalar::get)).of(x);
  }

  private static double slope(Unary f, double x) {
    double h = 1e-3; // error about h⁴ f'''''/ 30
    return (8 * (Functions.unary(f, x + h) - Functions.unary(f, x - h))
            - (Functions.unary(f, x + 2 * h) - Functions.unary(f, x - 2 * h)))
        / (12 * h);
  }
}
