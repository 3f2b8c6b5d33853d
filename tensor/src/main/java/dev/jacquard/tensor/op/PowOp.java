package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.ElementwiseKernels.Binary;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.shape.Shape;
import java.util.List;

/// `y = aᵇ`, element by element.
public final class PowOp {
  private PowOp() {}

  /// A power with a tensor as exponent; axes of size 1 and missing leading axes stretch.
  ///
  /// The gradient of the exponent is `y · ln a`, and 0 where `a` is 0.
  ///
  /// @param a any shape, f32; negative bases need whole exponents
  /// @param b any shape that broadcasts with `a`, f32
  /// @return the common shape
  /// @throws dev.jacquard.tensor.shape.ShapeException if the shapes do not broadcast
  public static Tensor apply(Tensor a, Tensor b) {
    Tensor y = Broadcasting.binary("pow", Binary.POW, a, b);
    Tensor zero = Tensor.zeros(a.backend(), Shape.of());
    boolean needsExponent = Tape.follows(b); // the logarithm of a negative base is NaN
    return Tape.record(
        "pow",
        y,
        List.of(a, b),
        dy -> {
          Tensor slope =
              Broadcasting.binary(
                  "pow", Binary.POW, a, b.sub(Tensor.full(b.backend(), Shape.of(), 1)));
          Tensor isConstant = Broadcasting.binary("pow", Binary.EQUAL, b, zero);
          Tensor da = WhereOp.select(isConstant, zero, dy.mul(slope).mul(b));
          if (!needsExponent) {
            return List.of(Broadcasting.reduceTo(da, a.shape()));
          }
          Tensor isZero = Broadcasting.binary("pow", Binary.EQUAL, a, zero);
          Tensor db = WhereOp.select(isZero, zero, dy.mul(y).mul(a.contiguous().map(Unary.LOG)));
          return List.of(
              Broadcasting.reduceTo(da, a.shape()), Broadcasting.reduceTo(db, b.shape()));
        });
  }

  /// A power with a number as exponent. Squares, roots and their inverses take no power.
  ///
  /// @param x any shape, f32
  /// @param exponent the exponent
  /// @return the shape of `x`
  public static Tensor apply(Tensor x, float exponent) {
    Broadcasting.requireF32("pow", "x", x);
    if (exponent == 2) {
      return x.map(Unary.SQUARE);
    } else if (exponent == 0.5f) {
      return x.map(Unary.SQRT);
    } else if (exponent == -1) {
      return x.map(Unary.RECIPROCAL);
    } else if (exponent == -0.5f) {
      return x.map(Unary.RSQRT);
    }
    return apply(x, Tensor.full(x.backend(), Shape.of(), exponent));
  }
}
