package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import dev.jacquard.tensor.shape.Shapes;
import java.util.List;

/// `y = a · b` over the last two axes.
public final class MatmulOp {
  private MatmulOp() {}

  /// Multiplies matrices; leading axes broadcast.
  ///
  /// @param a `[..., M, K]`, f32
  /// @param b `[..., K, N]`, f32
  /// @return `[..., M, N]`
  /// @throws ShapeException if the inner sizes differ or leading axes do not broadcast
  public static Tensor apply(Tensor a, Tensor b) {
    check(a, b);
    boolean deriveA = Tape.follows(a); // a constant factor needs no gradient
    boolean deriveB = Tape.follows(b);
    return Tape.recordDerivable(
        "matmul",
        multiply(a, b),
        List.of(a, b),
        dy ->
            List.of(
                deriveA ? Broadcasting.reduceTo(apply(dy, b.transpose(-2, -1)), a.shape()) : a,
                deriveB ? Broadcasting.reduceTo(apply(a.transpose(-2, -1), dy), b.shape()) : b));
  }

  private static void check(Tensor a, Tensor b) {
    Broadcasting.requireF32("matmul", "a", a);
    Broadcasting.requireF32("matmul", "b", b);
    Broadcasting.requireSameBackend("matmul", a, b);
    if (a.shape().rank() < 2 || b.shape().rank() < 2) {
      throw new ShapeException(
          "matmul: too few axes; a %s, b %s; need two at least".formatted(a.shape(), b.shape()));
    }
    if (a.shape().last() != b.shape().dim(-2)) {
      throw new ShapeException(
          "matmul: inner sizes differ; a %s, b %s; need a's last (%d) = b's second-to-last (%d)"
              .formatted(a.shape(), b.shape(), a.shape().last(), b.shape().dim(-2)));
    }
  }

  private static Tensor multiply(Tensor a, Tensor b) {
    Shape leading =
        Shapes.broadcast(
            "matmul", a.shape().dropLast().dropLast(), b.shape().dropLast().dropLast());
    Tensor stretchedA = stretchLeading(a, leading);
    Tensor stretchedB = stretchLeading(b, leading);
    Tensor y =
        Tensor.empty(
            a.backend(), leading.append(a.shape().dim(-2)).append(b.shape().last())); // [..., M, N]
    a.backend().matmul().matmul(stretchedA, stretchedB, y, false);
    return y;
  }

  private static Tensor stretchLeading(Tensor x, Shape leading) {
    return Broadcasting.stretch(
        DenseRows.orColumns(x), leading.append(x.shape().dim(-2)).append(x.shape().last()));
  }
}
