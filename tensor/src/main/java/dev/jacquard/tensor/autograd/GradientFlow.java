package dev.jacquard.tensor.autograd;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.memory.Storage;
import dev.jacquard.tensor.memory.TensorScope;
import it.unimi.dsi.fastutil.objects.Reference2IntOpenHashMap;
import it.unimi.dsi.fastutil.objects.Reference2ObjectOpenHashMap;
import org.jspecify.annotations.Nullable;

/// The gradients that a backward pass holds at a moment, and the memory beneath them. Gradients of
/// several tensors may share memory.
final class GradientFlow {
  private final Reference2ObjectOpenHashMap<Tensor, Tensor> byTensor =
      new Reference2ObjectOpenHashMap<>();
  private final Reference2IntOpenHashMap<Storage> uses = new Reference2IntOpenHashMap<>();
  private final @Nullable TensorScope passing;
  private long moment = TensorScope.moment(); // when the last entry had passed

  /// @param passing the scope of the pass, whose memory is given back early; null to keep all
  GradientFlow(@Nullable TensorScope passing) {
    this.passing = passing;
  }

  /// Adds to the gradient of a tensor.
  void add(Tensor tensor, Tensor gradient) {
    Tensor before = byTensor.get(tensor);
    Tensor sum = before == null ? gradient.contiguous() : before.add(gradient);
    uses.addTo(sum.storage(), 1);
    byTensor.put(tensor, sum);
    drop(before);
  }

  /// Removes the gradient of a tensor; its memory stays until [#passed].
  @Nullable Tensor take(Tensor tensor) {
    return byTensor.remove(tensor);
  }

  /// Gives back what an entry took and left behind, and its upstream gradient.
  void passed(@Nullable Tensor upstream) {
    drop(upstream);
    if (passing != null) {
      passing.releaseSince(moment, this::holds);
      moment = TensorScope.moment();
    }
  }

  private void drop(@Nullable Tensor gradient) {
    if (gradient != null && uses.addTo(gradient.storage(), -1) == 1) {
      uses.removeInt(gradient.storage());
      if (passing != null) {
        passing.release(gradient.storage());
      }
    }
  }

  /// Whether a gradient stands on this memory.
  boolean holds(Storage storage) {
    return uses.containsKey(storage);
  }

  /// Whether memory is given back early.
  boolean releases() {
    return passing != null;
  }

  /// Moves the memory of the gradients to the scopes around.
  void keep(@Nullable TensorScope memory) {
    for (Tensor gradient : byTensor.values()) {
      if (passing != null) {
        passing.moveUp(gradient.storage());
      }
      if (memory != null) {
        memory.moveUp(gradient.storage());
      }
    }
  }

  Reference2ObjectOpenHashMap<Tensor, Tensor> gradients() {
    return byTensor;
  }
}
