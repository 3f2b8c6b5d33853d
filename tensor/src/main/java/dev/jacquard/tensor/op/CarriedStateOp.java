package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.Shapes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A matrix that is carried from chunk to chunk of a sequence: `S[n+1] = decay[n] · S[n] +
/// update[n]`, the memory of linear attention and of state-space models.
public final class CarriedStateOp {
  private CarriedStateOp() {}

  /// The states of a sequence of `N` chunks.
  ///
  /// @param before `[B, N, H, D, E]`, what each chunk finds
  /// @param last `[B, H, D, E]`, what the last one leaves
  public record States(Tensor before, Tensor last) {}

  /// Runs over the chunks.
  ///
  /// @param updates `[B, N, H, D, E]`, f32
  /// @param decays `[B, N, H]`, f32
  /// @param initial `[B, H, D, E]`, what the first chunk finds, or null for zeros
  /// @return the states
  /// @throws dev.jacquard.tensor.shape.ShapeException if the shapes do not fit together
  public static States apply(Tensor updates, Tensor decays, @Nullable Tensor initial) {
    check(updates, decays, initial);
    Shape shape = updates.shape();
    long chunks = shape.dim(1);
    Shape first = shape.with(1, 1); // [B, 1, H, D, E]
    Tensor start =
        initial == null ? Tensor.zeros(updates.backend(), first) : initial.reshape(first.toArray());
    Tensor summands = ConcatOp.apply(1, List.of(start, updates)); // [B, N+1, H, D, E]
    Tensor factors = decays.reshape(decays.shape().append(1).append(1).toArray());
    Tensor ones = Tensor.full(updates.backend(), first, 1); // meet the 0 before the start
    Tensor spread = ExpandOp.apply(factors, shape.toArray());
    Tensor states = RecurrenceOp.apply(ConcatOp.apply(1, List.of(ones, spread)), summands, 0, 1);
    return new States(states.narrow(1, 0, chunks), SliceOp.select(states, 1, chunks));
  }

  private static void check(Tensor updates, Tensor decays, @Nullable Tensor initial) {
    Broadcasting.requireF32("carriedState", "updates", updates);
    Broadcasting.requireF32("carriedState", "decays", decays, updates);
    Shapes.requireRank("carriedState", "updates", updates.shape(), 5);
    Shape s = updates.shape();
    Shapes.require("carriedState", "decays", decays.shape(), s.dim(0), s.dim(1), s.dim(2));
    if (initial != null) {
      Broadcasting.requireF32("carriedState", "initial", initial, updates);
      Shapes.require(
          "carriedState", "initial", initial.shape(), s.dim(0), s.dim(2), s.dim(3), s.dim(4));
    }
  }
}
