package dev.jacquard.models.var;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.op.ConcatOp;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import java.util.Arrays;
import java.util.List;

/// A batch of pictures that are drawn with guidance, and so twice as many rows: those with their
/// class first, then those without.
///
/// @param labels classes of the pictures
/// @param noClass the class that stands for none
/// @param isGuided whether the rows without class are there
@SuppressWarnings("ArrayRecordComponent") // never compared
public record GuidedBatch(int[] labels, int noClass, boolean isGuided) {

  /// Checks the classes.
  ///
  /// @throws ShapeException if there is no such class
  public GuidedBatch {
    for (int label : labels) {
      if (label < 0 || label > noClass) {
        throw new ShapeException(
            "var: no such class; %d; need 0 to %d, or %d for none"
                .formatted(label, noClass - 1, noClass));
      }
    }
  }

  /// Number of pictures.
  ///
  /// @return `B`
  public int size() {
    return labels.length;
  }

  /// The classes of all rows.
  ///
  /// @param backend who computes
  /// @return `[2B]`, i32; `[B]` without guidance
  public Tensor rows(Backend backend) {
    int[] all = Arrays.copyOf(labels, isGuided ? 2 * labels.length : labels.length);
    Arrays.fill(all, labels.length, all.length, noClass);
    return Tensor.ofInts(backend, Shape.of(all.length), all);
  }

  /// The same for both halves.
  ///
  /// @param x `[B, ...]`
  /// @return `[2B, ...]`; `x` without guidance
  public Tensor both(Tensor x) {
    return isGuided ? ConcatOp.apply(0, List.of(x, x)) : x;
  }

  /// Guidance that follows the condition `t` times further than the condition itself: `(1 + t) c -
  /// t u`.
  ///
  /// @param logits `[2B, n, V]`; `[B, n, V]` without guidance
  /// @param t 0 for the condition alone
  /// @return `[B, n, V]`
  public Tensor guided(Tensor logits, double t) {
    if (!isGuided) {
      return logits;
    }
    Tensor conditional = logits.narrow(0, 0, size());
    Tensor unconditional = logits.narrow(0, size(), size());
    return conditional.scale((float) (1 + t)).sub(unconditional.scale((float) t));
  }
}
