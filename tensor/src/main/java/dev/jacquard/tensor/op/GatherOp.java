package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import dev.jacquard.tensor.shape.Shapes;
import java.util.List;

/// `y[.., j, ..] = x[.., ids[.., j, ..], ..]`: elements picked along one axis. The gradient of an
/// element picked several times adds up.
public final class GatherOp {
  private GatherOp() {}

  /// Picks elements.
  ///
  /// @param x any shape, f32
  /// @param axis the axis of the indices; negative ones count from the end
  /// @param ids i32, as many axes as `x`; other axes at most as long as those of `x`, each index in
  ///   `[0, N)`
  /// @return the shape of `ids`
  /// @throws ShapeException if the shapes do not fit or an index is out of range
  public static Tensor apply(Tensor x, int axis, Tensor ids) {
    Broadcasting.requireF32("gather", "x", x);
    int chosen = Shapes.axis("gather", "x", x.shape(), axis);
    Shapes.requireRank("gather", "ids", ids.shape(), x.shape().rank());
    Tensor part = x;
    for (int i = 0; i < x.shape().rank(); i++) {
      if (i != chosen && ids.shape().dim(i) > x.shape().dim(i)) {
        throw new ShapeException(
            "gather: more ids than x has rows; x %s, ids %s; need ids no longer but on axis %d"
                .formatted(x.shape(), ids.shape(), chosen));
      }
    }
    IndexChecks.require("gather", "id", ids, x, x.shape().dim(axis));
    for (int i = 0; i < x.shape().rank(); i++) {
      if (i != chosen && ids.shape().dim(i) != x.shape().dim(i)) {
        part = part.narrow(i, 0, ids.shape().dim(i));
      }
    }
    Tensor places = ids.contiguous();
    return apply(part, axis, Axes.around(places, axis), ids.shape());
  }

  /// Picks whole slices: `y[.., j, ..] = x[.., ids[j], ..]`.
  ///
  /// @param x any shape, f32
  /// @param axis the axis of the indices; negative ones count from the end
  /// @param ids `[J]`, i32, each in `[0, N)`
  /// @return the shape of `x` with size `J` on the axis
  /// @throws ShapeException if an index is out of range
  public static Tensor slices(Tensor x, int axis, Tensor ids) {
    checkSlices("gather", x, axis, ids);
    Tensor places = ids.contiguous();
    Shape result = x.shape().with(axis, ids.shape().dim(0));
    return apply(x, axis, places.strided(0, Axes.around(result, axis), 0, 1, 0), result);
  }

  private static Tensor apply(Tensor x, int axis, Tensor ids, Shape result) {
    Tensor input = x.contiguous();
    Tensor y = Tensor.empty(x.backend(), result);
    x.backend().index().gather(Axes.around(input, axis), ids, Axes.around(y, axis));
    return Tape.record(
        "gather",
        y,
        List.of(input),
        dy -> {
          Tensor dx = Tensor.zeros(x.backend(), input.shape());
          x.backend().index().scatter(Axes.around(dy, axis), ids, true, Axes.around(dx, axis));
          return List.of(dx);
        });
  }

  static void checkSlices(String op, Tensor x, int axis, Tensor ids) {
    Broadcasting.requireF32(op, "x", x);
    Shapes.axis(op, "x", x.shape(), axis);
    Shapes.requireRank(op, "ids", ids.shape(), 1);
    IndexChecks.require(op, "id", ids, x, x.shape().dim(axis));
  }
}
