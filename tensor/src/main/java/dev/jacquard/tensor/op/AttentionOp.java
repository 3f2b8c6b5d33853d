package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.AttentionKernels;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import dev.jacquard.tensor.shape.Shapes;
import java.util.List;

/// `y = softmax(scale · q kᵀ) v` per head, with grouped queries, in memory linear in `T`.
///
/// Vaswani et al. 2017 (arXiv:1706.03762), eq. 1; groups: Ainslie et al. 2023 (arXiv:2305.13245).
public final class AttentionOp {
  private AttentionOp() {}

  /// Attends from `T` queries to `S >= T` keys; query `t` stands at position `S - T + t`.
  ///
  /// @param q `[B, T, H, D]`, f32
  /// @param k `[B, S, G, D]`, f32, `G` a divisor of `H`
  /// @param v `[B, S, G, D]`, f32
  /// @param scale factor of the scores, usually `1 / √D`
  /// @param causal whether a query sees only keys up to its own position
  /// @return `[B, T, H, D]`
  /// @throws ShapeException if the shapes do not fit together
  public static Tensor apply(Tensor q, Tensor k, Tensor v, float scale, boolean causal) {
    check(q.shape(), k.shape(), v.shape());
    return attend(DenseRows.of(q), DenseRows.of(k), DenseRows.of(v), scale, causal);
  }

  private static Tensor attend(Tensor q, Tensor k, Tensor v, float scale, boolean causal) {
    AttentionKernels kernels = q.backend().attention();
    Shape s = q.shape();
    Tensor y = Tensor.emptyLike(q); // [B, T, H, D]
    Tensor lse = Tensor.empty(q.backend(), Shape.of(s.dim(0), s.dim(2), s.dim(1))); // [B, H, T]
    kernels.forward(q, k, v, scale, causal, y, lse);
    return Tape.record(
        "attention",
        y,
        List.of(q, k, v),
        dy -> {
          Tensor dq = Tensor.emptyLike(q);
          Tensor dk = Tensor.emptyLike(k);
          Tensor dv = Tensor.emptyLike(v);
          kernels.backward(dy, q, k, v, y, lse, scale, causal, dq, dk, dv);
          return List.of(dq, dk, dv);
        });
  }

  private static void check(Shape q, Shape k, Shape v) {
    Shapes.requireRank("attention", "q", q, 4);
    Shapes.requireRank("attention", "k", k, 4);
    Shapes.require("attention", "k", k, q.dim(0), k.dim(1), k.dim(2), q.dim(3));
    Shapes.requireSame("attention", k, v);
    if (k.dim(2) == 0 || q.dim(2) % k.dim(2) != 0) {
      throw new ShapeException(
          "attention: heads do not group; q has %d, k has %d; need a multiple"
              .formatted(q.dim(2), k.dim(2)));
    }
    if (k.dim(1) < q.dim(1)) {
      throw new ShapeException("attention: fewer keys than queries; q %s, k %s".formatted(q, k));
    }
  }
}
