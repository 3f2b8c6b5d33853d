package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import java.util.Arrays;
import java.util.List;

/// The same elements in another shape.
public final class ReshapeOp {
  private ReshapeOp() {}

  /// Changes the shape; the row-major order of elements stays.
  ///
  /// @param x any shape and type; copied first if it is not contiguous
  /// @param sizes new sizes, one of which may be -1: whatever is left
  /// @return a tensor of that shape, sharing memory if `x` is contiguous
  /// @throws ShapeException if the number of elements differs
  public static Tensor apply(Tensor x, long... sizes) {
    Shape shape = resolve(x.shape(), sizes);
    Tensor source = x.contiguous();
    Tensor y = source.strided(0, shape, shape.contiguousStrides());
    return Tape.recordDerivable(
        "reshape", y, List.of(source), dy -> List.of(dy.reshape(x.shape().toArray())));
  }

  private static Shape resolve(Shape from, long[] sizes) {
    long[] to = sizes.clone();
    long known = 1;
    int open = -1;
    boolean isShape = true;
    for (int i = 0; i < to.length; i++) {
      if (to[i] == -1 && open < 0) {
        open = i;
      } else {
        known *= to[i];
        isShape &= to[i] >= 0;
      }
    }
    if (open >= 0 && known > 0) {
      to[open] = from.numel() / known;
      known *= to[open];
    }
    if (!isShape || known != from.numel() || (open >= 0 && to[open] < 0)) {
      throw new ShapeException(
          "reshape: number of elements differs; %s to %s; need %d elements, one size may be -1"
              .formatted(from, Arrays.toString(sizes), from.numel()));
    }
    return Shape.of(to);
  }
}
