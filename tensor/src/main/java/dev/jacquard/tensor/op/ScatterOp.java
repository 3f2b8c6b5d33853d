package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import dev.jacquard.tensor.shape.Shapes;
import java.util.List;

/// `y = x` with elements replaced, or added to, along one axis: `y[.., ids[.., j, ..], ..] =
/// src[.., j, ..]`.
public final class ScatterOp {
  private ScatterOp() {}

  /// Replaces elements. Where an index stands twice the later one wins, and gradients are those of
  /// indices that stand once.
  ///
  /// @param x any shape, f32
  /// @param axis the axis of the indices; negative ones count from the end
  /// @param ids the shape of `x` save for the axis, i32, each in `[0, N)`
  /// @param src what is put in, f32; broadcasts to the shape of `ids`
  /// @return the shape of `x`
  /// @throws ShapeException if the shapes do not fit or an index is out of range
  public static Tensor apply(Tensor x, int axis, Tensor ids, Tensor src) {
    return apply("scatter", x, axis, ids, src, false);
  }

  /// Adds to elements, as often as their index stands there.
  ///
  /// @param x any shape, f32
  /// @param axis the axis of the indices; negative ones count from the end
  /// @param ids the shape of `x` save for the axis, i32, each in `[0, N)`
  /// @param src what is added, f32; broadcasts to the shape of `ids`
  /// @return the shape of `x`
  /// @throws ShapeException if the shapes do not fit or an index is out of range
  public static Tensor add(Tensor x, int axis, Tensor ids, Tensor src) {
    return apply("scatterAdd", x, axis, ids, src, true);
  }

  /// As [#apply(Tensor, int, Tensor, Tensor)] or [#add], for whole slices: `y[.., ids[j], ..] =
  /// src[.., j, ..]`.
  ///
  /// @param x any shape, f32
  /// @param axis the axis of the indices; negative ones count from the end
  /// @param ids `[J]`, i32, each in `[0, N)`
  /// @param src the shape of `x` with size `J` on the axis, f32, or one that broadcasts to it
  /// @param add whether to add or to replace
  /// @return the shape of `x`
  /// @throws ShapeException if the shapes do not fit or an index is out of range
  public static Tensor slices(Tensor x, int axis, Tensor ids, Tensor src, boolean add) {
    String op = add ? "scatterAdd" : "scatter";
    GatherOp.checkSlices(op, x, axis, ids);
    Shape shape = x.shape().with(axis, ids.shape().dim(0));
    long[] strides = new long[shape.rank()];
    strides[x.shape().axis(axis)] = ids.stride(0);
    return apply(op, x, axis, ids.strided(0, shape, strides), src, add);
  }

  private static Tensor apply(String op, Tensor x, int axis, Tensor ids, Tensor src, boolean add) {
    Broadcasting.requireF32(op, "x", x);
    Broadcasting.requireF32(op, "src", src, x);
    Shapes.axis(op, "x", x.shape(), axis);
    Shapes.requireRank(op, "ids", ids.shape(), x.shape().rank());
    Shapes.requireSame(op, ids.shape().with(axis, x.shape().dim(axis)), x.shape());
    Shapes.requireSame(op, Shapes.broadcast(op, src.shape(), ids.shape()), ids.shape());
    IndexChecks.require(op, "id", ids, x, x.shape().dim(axis));
    Tensor places = Axes.around(ids.contiguous(), axis);
    Tensor values = Broadcasting.stretch(src.detach(), ids.shape()).contiguous();
    Tensor y = Tensor.emptyLike(x).copyFrom(x);
    x.backend().index().scatter(Axes.around(values, axis), places, add, Axes.around(y, axis));
    return Tape.record(
        op,
        y,
        List.of(x, src),
        dy -> {
          Tensor dSrc = Tensor.empty(x.backend(), ids.shape());
          x.backend().index().gather(Axes.around(dy, axis), places, Axes.around(dSrc, axis));
          Tensor dx = add ? dy : without(dy, places, axis);
          return List.of(dx, Broadcasting.reduceTo(dSrc, src.shape()));
        });
  }

  /// `dy` with 0 at the places that were overwritten.
  private static Tensor without(Tensor dy, Tensor places, int axis) {
    Tensor dx = Tensor.emptyLike(dy).copyFrom(dy);
    Tensor zeros = Tensor.zeros(dy.backend(), Shape.of()).strided(0, places.shape(), 0, 0, 0);
    dx.backend().index().scatter(zeros, places, false, Axes.around(dx, axis));
    return dx;
  }
}
