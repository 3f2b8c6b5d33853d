package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.AttentionKernels;
import dev.jacquard.tensor.backend.AttentionMask;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.DTypeException;
import dev.jacquard.tensor.shape.DerivativeException;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import dev.jacquard.tensor.shape.Shapes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `y = softmax(scale · q kᵀ + bias) v` per head, with grouped queries, in memory linear in `T`.
///
/// Vaswani et al. 2017 (arXiv:1706.03762), eq. 1; groups: Ainslie et al. 2023 (arXiv:2305.13245).
/// Differs: a query that sees nothing gives zeros, where PyTorch gives NaN.
public final class AttentionOp {
  private AttentionOp() {}

  /// Attends from `T` queries to `S` keys, to all of them or, `T` being at most `S`, to those at or
  /// before a query's position `S - T + t`.
  ///
  /// @param q `[B, T, H, D]`, f32
  /// @param k `[B, S, G, D]`, f32, `G` a divisor of `H`; bf16 or f16 where no gradient is wanted
  /// @param v `[B, S, G, E]`, of the type of `k`
  /// @param scale factor of the scores, usually `1 / √D`
  /// @param causal whether a query sees only keys up to its own position
  /// @return `[B, T, H, E]`
  /// @throws ShapeException if the shapes do not fit together
  public static Tensor apply(Tensor q, Tensor k, Tensor v, float scale, boolean causal) {
    check(q.shape(), k.shape(), v.shape());
    checkTypes(q, k, v);
    int queries = q.shape().intDim(1);
    int keys = k.shape().intDim(1);
    if (causal && keys < queries) {
      throw new ShapeException(
          "attention: fewer keys than queries; q %s, k %s; need as many at least, or no causal mask"
              .formatted(q.shape(), k.shape()));
    }
    AttentionMask mask =
        causal ? AttentionMask.causal(queries, keys) : AttentionMask.full(queries, keys);
    return apply(q, k, v, scale, mask);
  }

  /// Attends to the keys that a mask lets through.
  ///
  /// @param q `[B, T, H, D]`, f32
  /// @param k `[B, S, G, D]`, f32, `G` a divisor of `H`; bf16 or f16 where no gradient is wanted
  /// @param v `[B, S, G, E]`, of the type of `k`
  /// @param scale factor of the scores, usually `1 / √D`
  /// @param mask which of `S` keys each of `T` queries sees; without a bias
  /// @return `[B, T, H, E]`
  /// @throws ShapeException if the shapes do not fit together
  public static Tensor apply(Tensor q, Tensor k, Tensor v, float scale, AttentionMask mask) {
    return apply(q, k, v, scale, mask, null);
  }

  /// Attends with numbers added to the scores, such as relative positions or a mask of 0 and `-∞`.
  ///
  /// @param q `[B, T, H, D]`, f32
  /// @param k `[B, S, G, D]`, f32, `G` a divisor of `H`; bf16 or f16 where no gradient is wanted
  /// @param v `[B, S, G, E]`, of the type of `k`
  /// @param scale factor of the scores, usually `1 / √D`
  /// @param mask which of `S` keys each of `T` queries sees
  /// @param bias f32, of a shape that broadcasts to `[B, H, T, S]`; null for none. Its gradient
  ///   takes memory for `B · H · T · S` numbers
  /// @return `[B, T, H, E]`
  /// @throws ShapeException if the shapes do not fit together
  public static Tensor apply(
      Tensor q, Tensor k, Tensor v, float scale, AttentionMask mask, @Nullable Tensor bias) {
    check(q.shape(), k.shape(), v.shape());
    checkTypes(q, k, v);
    if (bias != null) {
      Broadcasting.requireF32("attention", "bias", bias, q);
    }
    if (mask.queries() != q.shape().dim(1) || mask.keys() != k.shape().dim(1)) {
      throw new ShapeException(
          "attention: mask for other lengths; q %s, k %s; need %d queries and %d keys"
              .formatted(q.shape(), k.shape(), mask.queries(), mask.keys()));
    }
    if (mask.isRagged()) {
      checkRagged(q, k, v, mask);
    }
    if (bias == null) {
      return attend(DenseRows.of(q), DenseRows.of(k), DenseRows.of(v), scale, mask, List.of());
    }
    Shape scores = scores(q.shape(), k.shape());
    Shapes.require(
        "attention", "bias", Shapes.broadcast("attention", bias.shape(), scores), scores.toArray());
    AttentionMask biased = mask.withBias(Broadcasting.stretch(bias, scores));
    return attend(DenseRows.of(q), DenseRows.of(k), DenseRows.of(v), scale, biased, List.of(bias));
  }

  /// A mask of bytes as numbers to add to the scores.
  ///
  /// @param visible any shape, u8: 0 hides a key from a query, anything else shows it
  /// @return the same shape, f32: `-∞` and 0
  public static Tensor bias(Tensor visible) {
    Shapes.requireType("attention", "mask", visible.dtype(), DType.U8);
    float[] values = visible.to(DType.F32).toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] = values[i] == 0 ? Float.NEGATIVE_INFINITY : 0;
    }
    return Tensor.of(visible.backend(), visible.shape(), values);
  }

  /// @param bias the tensor behind the mask's bias, if there is one
  private static Tensor attend(
      Tensor q, Tensor k, Tensor v, float scale, AttentionMask mask, List<Tensor> bias) {
    AttentionKernels kernels = q.backend().attention();
    Shape s = q.shape();
    Tensor y = Tensor.empty(q.backend(), s.with(-1, v.shape().last())); // [B, T, H, E]
    Tensor lse = Tensor.empty(q.backend(), Shape.of(s.dim(0), s.dim(2), s.dim(1))); // [B, H, T]
    kernels.forward(q, k, v, scale, mask, y, lse);
    List<Tensor> inputs = new ArrayList<>(List.of(q, k, v));
    inputs.addAll(bias);
    boolean derivesBias = bias.stream().anyMatch(Tape::follows);
    return Tape.record(
        "attention",
        y,
        inputs,
        dy -> {
          List<Tensor> gradients = new ArrayList<>();
          gradients.add(Tensor.emptyLike(q));
          gradients.add(Tensor.emptyLike(k));
          gradients.add(Tensor.emptyLike(v));
          Tensor dScores = derivesBias ? Tensor.empty(q.backend(), scores(s, k.shape())) : null;
          kernels.backward(
              dy,
              q,
              k,
              v,
              y,
              lse,
              scale,
              mask,
              gradients.get(0),
              gradients.get(1),
              gradients.get(2),
              dScores);
          if (dScores != null) {
            gradients.add(Broadcasting.reduceTo(dScores, bias.getFirst().shape()));
          }
          return gradients;
        });
  }

  /// `[B, H, T, S]`.
  private static Shape scores(Shape q, Shape k) {
    return Shape.of(q.dim(0), q.dim(2), q.dim(1), k.dim(1));
  }

  private static void checkRagged(Tensor q, Tensor k, Tensor v, AttentionMask mask) {
    if (mask.sequences() != q.shape().dim(0)) {
      throw new ShapeException(
          "attention: mask for another batch; q %s; mask has lengths of %d sequences"
              .formatted(q.shape(), mask.sequences()));
    }
    if (Tape.follows(q) || Tape.follows(k) || Tape.follows(v)) {
      throw new DerivativeException(
          "attention: no gradient with lengths of their own; q %s; need one length, or a mask as bias"
              .formatted(q.shape()));
    }
  }

  private static void checkTypes(Tensor q, Tensor k, Tensor v) {
    Broadcasting.requireF32("attention", "q", q);
    boolean stored = k.dtype() == DType.BF16 || k.dtype() == DType.F16;
    if (!stored && k.dtype() != DType.F32) {
      throw new DTypeException(
          "attention: wrong element type; k is %s; need F32, BF16 or F16".formatted(k.dtype()));
    }
    Shapes.requireType("attention", "v", v.dtype(), k.dtype());
    Broadcasting.requireSameBackend("attention", q, k);
    Broadcasting.requireSameBackend("attention", q, v);
    if (!stored) {
      return;
    }
    if (Tape.follows(q) || Tape.follows(k) || Tape.follows(v)) {
      throw new DTypeException(
          "attention: a gradient flows through k, which is %s; need F32".formatted(k.dtype()));
    }
  }

  private static void check(Shape q, Shape k, Shape v) {
    Shapes.requireRank("attention", "q", q, 4);
    Shapes.requireRank("attention", "k", k, 4);
    Shapes.requireRank("attention", "v", v, 4);
    Shapes.require("attention", "k", k, q.dim(0), k.dim(1), k.dim(2), q.dim(3));
    Shapes.require("attention", "v", v, k.dim(0), k.dim(1), k.dim(2), v.dim(3));
    if (k.dim(2) == 0 || q.dim(2) % k.dim(2) != 0) {
      throw new ShapeException(
          "attention: heads do not group; q has %d, k has %d; need a multiple"
              .formatted(q.dim(2), k.dim(2)));
    }
  }
}
