package dev.jacquard.nn.optim;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Gradients;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.shape.ShapeException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Momentum orthogonalised by a Newton-Schulz iteration, for the matrices inside a network; what is
/// left (embeddings, output layers, gains) goes to [AdamW].
///
/// Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks", with the decay
/// and the scale of Liu et al. 2025 (arXiv:2502.16982, equation 4): each update has the root mean
/// square that AdamW's has, about 0.2, so that both share learning rate and decay.
///
/// With momentum `M = 0.95 M + G`, and `O` near the orthogonal factor of `G + 0.95 M`: `W = (1 - lr
/// · decay) W - lr · 0.2 √max(rows, columns) · O`.
public final class Muon implements Optimizer {
  private static final float MOMENTUM = 0.95f;
  private static final int ITERATIONS = 5;
  private static final float UPDATE_RMS = 0.2f;
  // of the quintic X ← aX + b(XXᵀ)X + c(XXᵀ)²X, which brings singular values near 1 quickly
  private static final float A = 3.4445f;
  private static final float B = -4.7750f;
  private static final float C = 2.0315f;

  private record Slot(String name, Tensor parameter, Tensor momentum) {}

  private final float weightDecay;
  private final List<Slot> slots = new ArrayList<>();
  private long steps;

  /// Takes a zeroed momentum for every matrix, in the scope that is open.
  ///
  /// @param matrices trainable tensors `[out, in]` by name
  /// @param weightDecay decoupled decay
  /// @throws ShapeException if a tensor is no matrix
  public Muon(Map<String, Tensor> matrices, float weightDecay) {
    this.weightDecay = weightDecay;
    matrices.forEach(
        (name, p) -> {
          if (p.shape().rank() != 2) {
            throw new ShapeException(
                "muon: \"%s\" is %s; need a matrix".formatted(name, p.shape()));
          }
          slots.add(new Slot(name, p, Tensor.zeros(p.backend(), p.shape())));
        });
  }

  @Override
  public void step(Gradients gradients, double learningRate, float gradientScale) {
    steps++;
    for (Slot slot : slots) {
      if (gradients.has(slot.parameter())) {
        Tensor gradient = gradients.of(slot.parameter()).detach();
        TensorScope.run("muon", () -> update(slot, gradient.scale(gradientScale), learningRate));
      }
    }
  }

  private void update(Slot slot, Tensor gradient, double learningRate) {
    Tensor momentum = slot.momentum();
    momentum.copyFrom(momentum.scale(MOMENTUM).add(gradient));
    Tensor direction = orthogonalized(gradient.add(momentum.scale(MOMENTUM)));
    Tensor p = slot.parameter().detach();
    long longest = Math.max(p.shape().dim(0), p.shape().dim(1));
    float rate = (float) (learningRate * UPDATE_RMS * Math.sqrt((double) longest));
    p.copyFrom(p.scale((float) (1 - learningRate * weightDecay)).sub(direction.scale(rate)));
  }

  /// A matrix with nearly the singular vectors of `g` and singular values between 0.7 and 1.2.
  ///
  /// @param g `[out, in]`
  /// @return `[out, in]`
  static Tensor orthogonalized(Tensor g) {
    if (g.shape().dim(0) > g.shape().dim(1)) {
      return orthogonalized(g.transpose(0, 1).contiguous()).transpose(0, 1).contiguous();
    }
    float norm = (float) Math.sqrt(g.mul(g).sum().item());
    Tensor x = g.scale(1 / (norm + 1e-7f));
    for (int i = 0; i < ITERATIONS; i++) {
      Tensor square = x.matmul(x.transpose(0, 1)); // [out, out]
      Tensor factor = square.scale(B).add(square.matmul(square).scale(C)); // [out, out]
      x = x.scale(A).add(factor.matmul(x));
    }
    return x;
  }

  @Override
  public long steps() {
    return steps;
  }

  /// The momenta, named `momentum.NAME`.
  ///
  /// @return the live tensors; writing into them changes the optimiser
  @Override
  public SequencedMap<String, Tensor> state() {
    SequencedMap<String, Tensor> state = new LinkedHashMap<>();
    slots.forEach(slot -> state.put("momentum." + slot.name(), slot.momentum()));
    return state;
  }

  @Override
  public void resumeAt(long stepsTaken) {
    steps = stepsTaken;
  }
}
