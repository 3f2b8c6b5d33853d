package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.shape.ShapeException;
import dev.jacquard.tensor.shape.Shapes;
import java.util.List;

/// Rotary position embedding with half-split pairs: dimension `i` turns with `i + D/2`, as in
/// Hugging Face's Llama.
///
/// Su et al. 2021 (arXiv:2104.09864), eq. 34. Differs: pairs are `(i, i + D/2)` instead of `(2i, 2i
/// + 1)`.
public final class RotaryOp {
  private RotaryOp() {}

  /// Turns each pair by the angle of its position.
  ///
  /// @param x `[B, T, H, D]`, f32, `D` even
  /// @param cos `[P, D/2]`, cosines by position
  /// @param sin `[P, D/2]`, sines by position
  /// @param from position of the first row; `from + T <= P`
  /// @return `[B, T, H, D]`
  /// @throws ShapeException if the tables do not cover the positions or the head size
  public static Tensor apply(Tensor x, Tensor cos, Tensor sin, int from) {
    check(x, cos, sin, from);
    Tensor input = DenseRows.of(x);
    return Tape.record(
        "rotary",
        rotate(input, cos, sin, from, false),
        List.of(input),
        dy -> List.of(rotate(dy, cos, sin, from, true)));
  }

  private static void check(Tensor x, Tensor cos, Tensor sin, int from) {
    Broadcasting.requireF32("rotary", "x", x);
    Broadcasting.requireF32("rotary", "cos", cos, x);
    Broadcasting.requireF32("rotary", "sin", sin, x);
    Shapes.requireRank("rotary", "x", x.shape(), 4);
    Shapes.requireRank("rotary", "cos", cos.shape(), 2);
    if (x.shape().last() != 2 * cos.shape().dim(1)) {
      throw new ShapeException(
          "rotary: heads do not fit the table; x %s, cos %s; need a last axis of x of %d"
              .formatted(x.shape(), cos.shape(), 2 * cos.shape().dim(1)));
    }
    Shapes.requireSame("rotary", cos.shape(), sin.shape());
    if (from < 0 || from + x.shape().dim(1) > cos.shape().dim(0)) {
      throw new ShapeException(
          "rotary: positions [%d, %d) leave the table; it has %d; need a longer one"
              .formatted(from, from + x.shape().dim(1), cos.shape().dim(0)));
    }
  }

  /// As [#apply], with dimension `2i` turning with `2i + 1`, as in the paper and in Meta's Llama.
  ///
  /// @param x `[B, T, H, D]`, f32, `D` even
  /// @param cos `[P, D/2]`, cosines by position
  /// @param sin `[P, D/2]`, sines by position
  /// @param from position of the first row; `from + T <= P`
  /// @return `[B, T, H, D]`
  /// @throws ShapeException if the tables do not cover the positions or the head size
  public static Tensor interleaved(Tensor x, Tensor cos, Tensor sin, int from) {
    check(x, cos, sin, from);
    long[] sizes = x.shape().toArray();
    long pairs = x.shape().last() / 2;
    Tensor halves =
        x.reshape(sizes[0], sizes[1], sizes[2], pairs, 2).transpose(3, 4).reshape(sizes);
    return apply(halves, cos, sin, from)
        .reshape(sizes[0], sizes[1], sizes[2], 2, pairs)
        .transpose(3, 4)
        .reshape(sizes); // pairs side by side again
  }

  private static Tensor rotate(Tensor x, Tensor cos, Tensor sin, int from, boolean inverse) {
    Tensor y = Tensor.emptyLike(x);
    x.backend().rotary().rotate(x, cos, sin, from, inverse, y);
    return y;
  }
}
