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
    Shapes.requireRank("carriedState", "updates", updates.shape(), 5);
    Shape shape = updates.shape();
    long chunks = shape.dim(1);
    Shapes.require("carriedState", "decays", decays.shape(), shape.dim(0), chunks, shape.dim(2));
    Shape first = shape.with(1, 1); // [B, 1, H, D, E]
    Tensor start = initial == null ? Tensor.zeros(updates.backend(), first) : state(initial, first);
    Tensor summands = ConcatOp.apply(1, List.of(start, updates)); // [B, N+1, H, D, E]
    Tensor factors = decays.reshape(decays.shape().append(1).append(1).toArray());
    Tensor ones = Tensor.full(updates.backend(), first, 1); // meet the 0 before the start
    Tensor spread = ExpandOp.apply(factors, shape.toArray());
    Tensor states = RecurrenceOp.apply(ConcatOp.apply(1, List.of(ones, spread)), summands, 0, 1);
    return new States(states.narrow(1, 0, chunks), SliceOp.select(states, 1, chunks));
  }

  private static Tensor state(Tensor initial, Shape shape) {
    Shapes.require(
        "carriedState",
        "initial",
        initial.shape(),
        shape.dim(0),
        shape.dim(2),
        shape.dim(3),
        shape.dim(4));
    return initial.reshape(shape.toArray());
  }
}
