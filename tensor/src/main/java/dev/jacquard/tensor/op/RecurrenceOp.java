package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.ScanKernels;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.Shapes;
import java.util.List;

/// The first-order linear recurrence `y[n] = a[n] · y[n-1] + b[n]` along one axis: the heart of
/// state-space models and of linear attention with decay (Gu & Dao 2023, arXiv:2312.00752, eq. 2a).
///
/// The gradient runs the other way: `g[n] = dy[n] + a[n+1] · g[n+1]`, then `db = g` and `da[n] =
/// g[n] · y[n-1]`.
public final class RecurrenceOp {
  private RecurrenceOp() {}

  /// Runs the recurrence.
  ///
  /// @param a factors, any shape, f32
  /// @param b summands, the shape of `a`
  /// @param initial what stands before the first element
  /// @param axis the axis along which it runs; negative ones count from the end
  /// @return the shape of `a`
  /// @throws dev.jacquard.tensor.shape.ShapeException if the shapes differ
  public static Tensor apply(Tensor a, Tensor b, float initial, int axis) {
    Broadcasting.requireF32("recurrence", "a", a);
    Broadcasting.requireF32("recurrence", "b", b);
    Broadcasting.requireSameBackend("recurrence", a, b);
    Shapes.requireSame("recurrence", a.shape(), b.shape());
    Shapes.axis("recurrence", "a", a.shape(), axis);
    Tensor factors = a.contiguous();
    Tensor summands = b.contiguous();
    Tensor y = Tensor.emptyLike(factors);
    forward(Axes.around(factors, axis), Axes.around(summands, axis), initial, Axes.around(y, axis));
    return Tape.record(
        "recurrence",
        y,
        List.of(factors, summands),
        dy -> {
          Tensor g = gradient(factors, dy, axis);
          return List.of(g.mul(before(y, initial, axis)), g);
        });
  }

  /// `y[n] = a[n] · y[n-1] + b[n]` on `[O, N, I]`.
  static void forward(Tensor a, Tensor b, float initial, Tensor y) {
    y.backend().scan().recurrence(a, b, initial, false, y);
  }

  /// `g[n] = dy[n] + a[n+1] · g[n+1]`, the gradient of the summands.
  static Tensor gradient(Tensor a, Tensor dy, int axis) {
    ScanKernels kernels = a.backend().scan();
    Tensor g = Tensor.emptyLike(dy);
    Tensor next = after(a, axis); // a[n+1]; the last one meets 0
    kernels.recurrence(
        Axes.around(next, axis), Axes.around(dy, axis), 0, true, Axes.around(g, axis));
    return g;
  }

  /// `x[n-1]`, with a number before the first.
  static Tensor before(Tensor x, float initial, int axis) {
    Tensor shifted = Tensor.full(x.backend(), x.shape(), initial);
    long length = x.shape().dim(axis);
    if (length > 1) {
      shifted.narrow(axis, 1, length - 1).copyFrom(x.detach().narrow(axis, 0, length - 1));
    }
    return shifted;
  }

  /// `x[n+1]`, with 0 behind the last.
  private static Tensor after(Tensor x, int axis) {
    Tensor shifted = Tensor.zeros(x.backend(), x.shape());
    long length = x.shape().dim(axis);
    if (length > 1) {
      shifted.narrow(axis, 0, length - 1).copyFrom(x.detach().narrow(axis, 1, length - 1));
    }
    return shifted;
  }

  /// A number in the shape `[O, N, I]`, without taking its memory.
  static Tensor constant(Tensor like, float value, int axis) {
    Shape shape = Axes.around(like.shape(), axis);
    return Tensor.full(like.backend(), Shape.of(), value).strided(0, shape, 0, 0, 0);
  }
}
