package dev.jacquard.nn.optim;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Gradients;
import dev.jacquard.tensor.memory.TensorScope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Gradient descent with momentum, in PyTorch's form: `g ← g + weightDecay · p`, `v ← momentum · v
/// + g`, `p ← p - lr · v`, or with Nesterov's look-ahead `p ← p - lr · (g + momentum · v)`.
///
/// Sutskever et al. 2013 (ICML), section 2. Differs: the velocity is not scaled by the learning
/// rate.
///
/// The velocities are tensors in the scope that is open at construction.
public final class Sgd implements Optimizer {
  /// What is the same for all parameters.
  ///
  /// @param momentum share of the velocity that a step keeps, in `[0, 1)`
  /// @param nesterov whether to look ahead
  /// @param weightDecay factor of the parameter in its gradient (L2 penalty)
  public record Options(float momentum, boolean nesterov, float weightDecay) {}

  private record Slot(String name, Tensor parameter, Tensor velocity) {}

  private final Options options;
  private final List<Slot> slots = new ArrayList<>();
  private long steps;

  /// Takes a zeroed velocity for every parameter.
  ///
  /// @param parameters trainable tensors by name
  /// @param options momentum and decay
  public Sgd(Map<String, Tensor> parameters, Options options) {
    this.options = options;
    parameters.forEach(
        (name, p) -> slots.add(new Slot(name, p, Tensor.zeros(p.backend(), p.shape()))));
  }

  @Override
  public void step(Gradients gradients, double learningRate, float gradientScale) {
    steps++;
    for (Slot slot : slots) {
      if (gradients.has(slot.parameter())) {
        Tensor gradient = gradients.of(slot.parameter());
        TensorScope.run("sgd", () -> step(slot, gradient.scale(gradientScale), learningRate));
      }
    }
  }

  private void step(Slot slot, Tensor gradient, double learningRate) {
    Tensor p = slot.parameter().detach();
    Tensor g = gradient.add(p.scale(options.weightDecay()));
    Tensor v = slot.velocity();
    v.copyFrom(v.scale(options.momentum()).add(g));
    Tensor direction = options.nesterov() ? g.add(v.scale(options.momentum())) : v;
    p.copyFrom(p.sub(direction.scale((float) learningRate)));
  }

  @Override
  public long steps() {
    return steps;
  }

  /// The state to save and restore: velocities, named `momentum_buffer.NAME`.
  ///
  /// @return the live tensors; writing into them changes the optimiser
  @Override
  public SequencedMap<String, Tensor> state() {
    SequencedMap<String, Tensor> state = new LinkedHashMap<>();
    slots.forEach(slot -> state.put("momentum_buffer." + slot.name(), slot.velocity()));
    return state;
  }

  @Override
  public void resumeAt(long stepsTaken) {
    steps = stepsTaken;
  }
}
