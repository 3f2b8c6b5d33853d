package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.Shapes;
import java.util.List;

/// `y = a` where a mask is not 0, else `b`.
public final class WhereOp {
  private WhereOp() {}

  /// Chooses between two tensors; axes of size 1 and missing leading axes stretch.
  ///
  /// @param mask any shape and type
  /// @param a any shape that broadcasts with the others, f32
  /// @param b any shape that broadcasts with the others, f32
  /// @return the common shape
  /// @throws dev.jacquard.tensor.shape.ShapeException if the shapes do not broadcast
  public static Tensor apply(Tensor mask, Tensor a, Tensor b) {
    Broadcasting.requireF32("where", "a", a);
    Broadcasting.requireF32("where", "b", b);
    Broadcasting.requireSameBackend("where", a, b);
    Broadcasting.requireSameBackend("where", mask, a);
    Shapes.broadcast("where", mask.shape(), Shapes.broadcast("where", a.shape(), b.shape()));
    Tensor choice = mask.detach().to(DType.F32);
    Tensor zero = Tensor.zeros(a.backend(), Shape.of());
    return Tape.recordDerivable(
        "where",
        select(choice, a, b),
        List.of(a, b),
        dy ->
            List.of(
                Broadcasting.reduceTo(apply(choice, dy, zero), a.shape()),
                Broadcasting.reduceTo(apply(choice, zero, dy), b.shape())));
  }

  /// As [#apply(Tensor, Tensor, Tensor)], with a number where the mask is not 0.
  ///
  /// @param x any shape, f32
  /// @param mask any shape that broadcasts with `x`, any type
  /// @param value what replaces elements of `x`
  /// @return the common shape
  /// @throws dev.jacquard.tensor.shape.ShapeException if the shapes do not broadcast
  public static Tensor fill(Tensor x, Tensor mask, float value) {
    Broadcasting.requireF32("fill", "x", x);
    Broadcasting.requireSameBackend("fill", x, mask);
    Shapes.broadcast("fill", mask.shape(), x.shape());
    return apply(mask, Tensor.full(x.backend(), Shape.of(), value), x);
  }

  /// The choice itself, which no tape records.
  static Tensor select(Tensor mask, Tensor a, Tensor b) {
    Shape shape =
        Shapes.broadcast("where", mask.shape(), Shapes.broadcast("where", a.shape(), b.shape()));
    Tensor y = Tensor.empty(a.backend(), shape);
    a.backend()
        .elementwise()
        .select(
            Broadcasting.stretch(mask, shape),
            Broadcasting.stretch(a, shape),
            Broadcasting.stretch(b, shape),
            y);
    return y;
  }
}
