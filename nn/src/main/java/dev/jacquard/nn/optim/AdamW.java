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

/// Adam with decoupled weight decay (Loshchilov & Hutter 2019, arXiv:1711.05101, algorithm 2), in
/// PyTorch's form.
///
/// The moments are tensors in the scope that is open at construction.
public final class AdamW implements Optimizer {
  /// What is the same for all parameters.
  ///
  /// @param beta1 decay of the first moment
  /// @param beta2 decay of the second moment
  /// @param eps added to the root of the second moment
  public record Betas(float beta1, float beta2, float eps) {
    /// The values of Llama 2: 0.9, 0.95, 1e-8.
    public static final Betas LLAMA = new Betas(0.9f, 0.95f, 1e-8f);
  }

  /// Parameters that share a weight decay.
  ///
  /// @param parameters trainable tensors by name
  /// @param weightDecay decoupled decay
  public record Group(Map<String, Tensor> parameters, float weightDecay) {}

  private record Slot(String name, Tensor parameter, Tensor m, Tensor v, float weightDecay) {}

  private final Betas betas;
  private final List<Slot> slots = new ArrayList<>();
  private long steps;

  /// Takes zeroed moments for every parameter.
  ///
  /// @param groups parameters with their decay; names must differ between groups
  /// @param betas decays and eps
  public AdamW(List<Group> groups, Betas betas) {
    this.betas = betas;
    for (Group group : groups) {
      group
          .parameters()
          .forEach(
              (name, p) -> slots.add(new Slot(name, p, zeros(p), zeros(p), group.weightDecay())));
    }
  }

  /// The usual groups: matrices decay, vectors (gains and biases) do not.
  ///
  /// @param parameters trainable tensors by name
  /// @param weightDecay decay of the matrices
  /// @return two groups
  public static List<Group> decayMatricesOnly(Map<String, Tensor> parameters, float weightDecay) {
    Map<String, Tensor> matrices = new LinkedHashMap<>();
    Map<String, Tensor> vectors = new LinkedHashMap<>();
    parameters.forEach((name, p) -> (p.shape().rank() > 1 ? matrices : vectors).put(name, p));
    return List.of(new Group(matrices, weightDecay), new Group(vectors, 0));
  }

  @Override
  public void step(Gradients gradients, double learningRate, float gradientScale) {
    steps++;
    for (Slot slot : slots) {
      if (gradients.has(slot.parameter())) {
        update(slot, gradients.of(slot.parameter()), learningRate, gradientScale);
      }
    }
  }

  /// A step in which `penalty · p` is added to the gradient of each parameter, after scaling.
  void stepWithPenalty(
      Gradients gradients, double learningRate, float gradientScale, float penalty) {
    steps++;
    for (Slot slot : slots) {
      if (gradients.has(slot.parameter())) {
        Tensor gradient = gradients.of(slot.parameter());
        Tensor p = slot.parameter().detach();
        TensorScope.run(
            "adam",
            () -> {
              Tensor g = gradient.scale(gradientScale).add(p.scale(penalty));
              update(slot, g, learningRate, 1);
            });
      }
    }
  }

  private void update(Slot slot, Tensor gradient, double learningRate, float gradientScale) {
    AdamWStep step =
        new AdamWStep(
            (float) learningRate,
            betas.beta1(),
            betas.beta2(),
            betas.eps(),
            slot.weightDecay(),
            steps,
            gradientScale);
    Tensor p = slot.parameter();
    p.backend().optimizer().adamW(p, gradient, slot.m(), slot.v(), step);
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
