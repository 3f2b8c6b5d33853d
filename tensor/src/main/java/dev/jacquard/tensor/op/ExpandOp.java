package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.Shapes;
import java.util.List;

/// Axes of size 1 stretched, without copying.
public final class ExpandOp {
  private ExpandOp() {}

  /// Stretches a tensor to a shape.
  ///
  /// @param x any shape, f32
  /// @param sizes a shape to which that of `x` broadcasts
  /// @return a view with stride 0 along stretched axes
  /// @throws dev.jacquard.tensor.shape.ShapeException if `x` does not broadcast to the shape
  public static Tensor apply(Tensor x, long... sizes) {
    Shape shape = Shape.of(sizes);
    Shapes.requireSame("expand", Shapes.broadcast("expand", x.shape(), shape), shape);
    return Tape.recordDerivable(
        "expand",
        Broadcasting.stretch(x.detach(), shape),
        List.of(x),
        dy -> List.of(Broadcasting.reduceTo(dy, x.shape())));
  }
}
