package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.shape.Shape;
import java.util.List;

/// `dx = f'(x) · dy`, the backward half of [UnaryOp], as an operator that can be derived itself: by
/// `dy` it gives `f'(x)` once more, by `x` it gives `f''(x) · dy`.
final class UnaryDerivative {
  private UnaryDerivative() {}

  /// Applies the chain rule to contiguous tensors of one shape.
  static Tensor apply(Unary f, Tensor dy, Tensor x, Tensor y) {
    Tensor dx = Tensor.emptyLike(x);
    x.backend().elementwise().unaryBackward(f, dy, x, y, dx);
    return Tape.recordDerivable(
        "unaryDerivative",
        dx,
        List.of(dy, x),
        g -> List.of(apply(f, g, x, y), g.mul(dy).mul(second(f, x, y))));
  }

  /// `f''(x)`, where `y = f(x)`.
  private static Tensor second(Unary f, Tensor x, Tensor y) {
    return switch (f) {
      case NEG, RELU, ABS, SIGN, FLOOR, ROUND -> number(x, 0);
      case SQUARE -> number(x, 2);
      case EXP -> y;
      case EXPM1 -> plus(y, 1);
      case LOG -> square(x).map(Unary.RECIPROCAL).scale(-1);
      case LOG1P -> square(plus(x, 1)).map(Unary.RECIPROCAL).scale(-1);
      case SQRT -> y.mul(square(y)).map(Unary.RECIPROCAL).scale(-0.25f); // y³ = x^(3/2)
      case RSQRT -> square(square(y)).mul(y).scale(0.75f); // y⁵ = x^(-5/2)
      case RECIPROCAL -> square(y).mul(y).scale(2);
      case SIN, COS -> y.scale(-1);
      case TANH -> y.mul(minus(1, square(y))).scale(-2);
      case ATANH -> x.div(square(minus(1, square(x)))).scale(2);
      case SIGMOID -> slope(y).mul(minus(1, y.scale(2)));
      case SILU -> secondOfSilu(x);
      case ERF -> x.mul(bell(x, 1)).scale((float) (-4 / Math.sqrt(Math.PI)));
      case GELU -> bell(x, 0.5f).mul(minus(2, square(x))).scale((float) Math.sqrt(0.5 / Math.PI));
      case GELU_TANH -> secondOfGeluTanh(x);
    };
  }

  /// With `s = sigmoid(x)`: `s (1 - s) (2 + x (1 - 2s))`.
  private static Tensor secondOfSilu(Tensor x) {
    Tensor s = x.map(Unary.SIGMOID);
    return slope(s).mul(plus(x.mul(minus(1, s.scale(2))), 2));
  }

  /// With `s = sigmoid(v)`, `v = 2√(2/π) (x + 0.044715 x³)`: `s (1 - s) (2v' + x (v'' + (1 - 2s)
  /// v'²))`.
  private static Tensor secondOfGeluTanh(Tensor x) {
    float c = (float) (2 * Math.sqrt(2 / Math.PI));
    Tensor squares = square(x);
    Tensor s = x.mul(plus(squares.scale(0.044715f), 1)).scale(c).map(Unary.SIGMOID);
    Tensor v1 = plus(squares.scale(3 * 0.044715f), 1).scale(c);
    Tensor v2 = x.scale(6 * 0.044715f * c);
    Tensor bend = v2.add(minus(1, s.scale(2)).mul(square(v1)));
    return slope(s).mul(v1.scale(2).add(x.mul(bend)));
  }

  /// `s (1 - s)`, the derivative of the sigmoid.
  private static Tensor slope(Tensor s) {
    return s.mul(minus(1, s));
  }

  /// `exp(-factor · x²)`.
  private static Tensor bell(Tensor x, float factor) {
    return square(x).scale(-factor).map(Unary.EXP);
  }

  private static Tensor square(Tensor x) {
    return x.map(Unary.SQUARE);
  }

  private static Tensor plus(Tensor x, float summand) {
    return x.add(number(x, summand));
  }

  private static Tensor minus(float minuend, Tensor x) {
    return number(x, minuend).sub(x);
  }

  private static Tensor number(Tensor like, float value) {
    return Tensor.full(like.backend(), Shape.of(), value);
  }
}
