package dev.jacquard.nn.optim;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Gradients;
import dev.jacquard.tensor.backend.OptimizerKernels.AdamWStep;
import dev.jacquard.tensor.memory.TensorScope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Adam (Kingma & Ba 2015, arXiv:1412.6980, algorithm 1) with an L2 penalty, whose gradient
/// `weightDecay · p` goes through the moments. [AdamW] keeps decay apart from them and is the
/// better choice unless a published model was trained otherwise.
///
/// The moments are tensors in the scope that is open at construction.
public final class Adam implements Optimizer {
  private record Slot(String name, Tensor parameter, Tensor m, Tensor v) {}

  private final AdamW.Betas betas;
  private final float weightDecay;
  private final List<Slot> slots = new ArrayList<>();
  private long steps;

  /// Takes zeroed moments for every parameter.
  ///
  /// @param parameters trainable tensors by name
  /// @param betas decays of the moments and eps
  /// @param weightDecay factor of the parameter in its gradient; 0 for none
  public Adam(Map<String, Tensor> parameters, AdamW.Betas betas, float weightDecay) {
    this.betas = betas;
    this.weightDecay = weightDecay;
    parameters.forEach((name, p) -> slots.add(new Slot(name, p, zeros(p), zeros(p))));
  }

  @Override
  public void step(Gradients gradients, double learningRate, float gradientScale) {
    steps++;
    AdamWStep numbers =
        new AdamWStep((float) learningRate, betas.beta1(), betas.beta2(), betas.eps(), 0, steps, 1);
    for (Slot slot : slots) {
      if (gradients.has(slot.parameter())) {
        Tensor p = slot.parameter().detach();
        Tensor gradient = gradients.of(slot.parameter());
        TensorScope.run(
            "adam",
            () -> {
              Tensor g = gradient.scale(gradientScale).add(p.scale(weightDecay));
              p.backend().optimizer().adamW(p, g, slot.m(), slot.v(), numbers);
            });
      }
    }
  }

  @Override
  public long steps() {
    return steps;
  }

  /// The state to save and restore: first and second moments, named `exp_avg.NAME` and
  /// `exp_avg_sq.NAME`.
  ///
  /// @return the live tensors; writing into them changes the optimiser
  @Override
  public SequencedMap<String, Tensor> state() {
    SequencedMap<String, Tensor> state = new LinkedHashMap<>();
    slots.forEach(slot -> state.put("exp_avg." + slot.name(), slot.m()));
    slots.forEach(slot -> state.put("exp_avg_sq." + slot.name(), slot.v()));
    return state;
  }

  @Override
  public void resumeAt(long stepsTaken) {
    steps = stepsTaken;
  }

  private static Tensor zeros(Tensor parameter) {
    return Tensor.zeros(parameter.backend(), parameter.shape());
  }
}
