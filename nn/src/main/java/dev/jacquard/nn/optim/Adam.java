package dev.jacquard.nn.optim;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Gradients;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Adam (Kingma & Ba 2015, arXiv:1412.6980, algorithm 1) with an L2 penalty, whose gradient
/// `weightDecay · p` goes through the moments. [AdamW] keeps decay apart from them and is the
/// better choice unless a published model was trained otherwise.
///
/// The moments are tensors in the scope that is open at construction.
public final class Adam implements Optimizer {
  private final AdamW moments; // without decay of its own
  private final float weightDecay;

  /// Takes zeroed moments for every parameter.
  ///
  /// @param parameters trainable tensors by name
  /// @param betas decays of the moments and eps
  /// @param weightDecay factor of the parameter in its gradient; 0 for none
  public Adam(Map<String, Tensor> parameters, AdamW.Betas betas, float weightDecay) {
    this.moments = new AdamW(List.of(new AdamW.Group(parameters, 0)), betas);
    this.weightDecay = weightDecay;
  }

  @Override
  public void step(Gradients gradients, double learningRate, float gradientScale) {
    moments.stepWithPenalty(gradients, learningRate, gradientScale, weightDecay);
  }

  @Override
  public long steps() {
    return moments.steps();
  }

  @Override
  public SequencedMap<String, Tensor> state() {
    return moments.state();
  }

  @Override
  public void resumeAt(long stepsTaken) {
    moments.resumeAt(stepsTaken);
  }
}
