package dev.jacquard.tensor.autograd;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ElementwiseKernels.Binary;
import it.unimi.dsi.fastutil.objects.Reference2ObjectOpenHashMap;
import java.util.Collection;
import java.util.List;

/// Adds the gradients of several backward passes up: a batch that does not fit into memory is
/// computed in parts.
///
/// ```java
/// GradientSum sum = new GradientSum(parameters);
/// for (Batch part : parts) {
///   TensorScope.run("part", () -> sum.add(gradients(part))); // memory of one part at a time
/// }
/// optimizer.step(sum.gradients(), learningRate, 1f / parts.size());
/// ```
///
/// The sums belong to the scope that is open at construction. Adding is in the order of the calls,
/// so results repeat bit for bit.
public final class GradientSum {
  private record Slot(Tensor parameter, Tensor sum) {}

  private final List<Slot> slots;
  private final Reference2ObjectOpenHashMap<Tensor, Tensor> reached =
      new Reference2ObjectOpenHashMap<>();

  /// Takes memory for the sums.
  ///
  /// @param parameters trainable tensors
  public GradientSum(Collection<Tensor> parameters) {
    slots =
        parameters.stream().map(p -> new Slot(p, Tensor.zeros(p.backend(), p.shape()))).toList();
  }

  /// Adds the gradients of one more pass.
  ///
  /// @param gradients those of other tensors than the parameters do not count
  public void add(Gradients gradients) {
    for (Slot slot : slots) {
      if (gradients.has(slot.parameter())) {
        Tensor sum = slot.sum();
        Tensor gradient = gradients.of(slot.parameter());
        sum.backend().elementwise().binary(Binary.ADD, sum, gradient, sum);
        reached.put(slot.parameter(), sum);
      }
    }
  }

  /// The sums so far.
  ///
  /// @return a view; a parameter that no pass has reached has no gradient
  public Gradients gradients() {
    return new Gradients(reached);
  }
}
