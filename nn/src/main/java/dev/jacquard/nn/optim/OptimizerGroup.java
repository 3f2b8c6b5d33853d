package dev.jacquard.nn.optim;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Gradients;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Several optimisers that step together, each with its own parameters.
///
/// @param members at least one; no two with the same parameters
public record OptimizerGroup(List<Optimizer> members) implements Optimizer {
  /// Copies the list.
  public OptimizerGroup {
    members = List.copyOf(members);
  }

  @Override
  public void step(Gradients gradients, double learningRate, float gradientScale) {
    members.forEach(member -> member.step(gradients, learningRate, gradientScale));
  }

  @Override
  public long steps() {
    return members.getFirst().steps();
  }

  @Override
  public SequencedMap<String, Tensor> state() {
    SequencedMap<String, Tensor> state = new LinkedHashMap<>();
    members.forEach(member -> state.putAll(member.state()));
    return state;
  }

  @Override
  public void resumeAt(long stepsTaken) {
    members.forEach(member -> member.resumeAt(stepsTaken));
  }
}
