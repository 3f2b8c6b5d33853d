package dev.jacquard.nn.optim;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Gradients;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.op.SumOp;
import dev.jacquard.tensor.shape.Shape;
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
  private static final float TINY = 1e-7f; // so that a gradient of zeros stays one
  // of the quintic X ← aX + b(XXᵀ)X + c(XXᵀ)²X, which brings singular values near 1 quickly
  private static final float A = 3.4445f;
  private static final float B = -4.7750f;
  private static final float C = 2.0315f;

  private record Slot(String name, Tensor parameter, Tensor momentum) {}

  private final float weightDecay;
  private final List<Slot> slots = new ArrayList<>();
  private final Map<Shape, List<Slot>> groups = new LinkedHashMap<>(); // updated together
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
          Slot slot = new Slot(name, p, Tensor.zeros(p.backend(), p.shape()));
          slots.add(slot);
          groups.computeIfAbsent(p.shape(), _ -> new ArrayList<>()).add(slot);
        });
  }

  @Override
  public void step(Gradients gradients, double learningRate, float gradientScale) {
    steps++;
    for (List<Slot> group : groups.values()) {
      List<Slot> moved = group.stream().filter(slot -> gradients.has(slot.parameter())).toList();
      if (!moved.isEmpty()) {
        TensorScope.run("muon", () -> update(moved, gradients, learningRate, gradientScale));
      }
    }
  }

  /// Updates `n` matrices of one shape together.
  private void update(
      List<Slot> slots, Gradients gradients, double learningRate, float gradientScale) {
    Tensor first = slots.getFirst().parameter();
    long rows = first.shape().dim(0);
    long columns = first.shape().dim(1);
    Tensor directions = Tensor.empty(first.backend(), Shape.of(slots.size(), rows, columns));
    for (int i = 0; i < slots.size(); i++) {
      Slot slot = slots.get(i);
      Tensor gradient = gradients.of(slot.parameter()).detach().contiguous();
      Tensor momentum = slot.momentum();
      weightedSum(momentum, MOMENTUM, gradient, gradientScale, momentum);
      Tensor direction = directions.narrow(0, i, 1).reshape(rows, columns);
      weightedSum(gradient, gradientScale, momentum, MOMENTUM, direction);
    }
    Tensor orthogonal = orthogonalized(directions);
    float rate = (float) (learningRate * UPDATE_RMS * Math.sqrt((double) Math.max(rows, columns)));
    float keep = (float) (1 - learningRate * weightDecay);
    for (int i = 0; i < slots.size(); i++) {
      Tensor p = slots.get(i).parameter().detach();
      weightedSum(p, keep, orthogonal.narrow(0, i, 1).reshape(rows, columns), -rate, p);
    }
  }

  /// Matrices with nearly the singular vectors of those in `g` and singular values between 0.7 and
  /// 1.2.
  ///
  /// @param g `[n, out, in]`
  /// @return `[n, out, in]`
  private static Tensor orthogonalized(Tensor g) {
    if (g.shape().dim(1) > g.shape().dim(2)) {
      return orthogonalized(g.transpose(1, 2).contiguous()).transpose(1, 2).contiguous();
    }
    Tensor norms = SumOp.apply(g.mul(g), 1, 2).map(Unary.SQRT); // [n, 1, 1]
    Tensor x = g.div(norms.add(Tensor.full(g.backend(), Shape.of(1), TINY)));
    for (int i = 0; i < ITERATIONS; i++) {
      Tensor square = x.matmul(x.transpose(1, 2)); // [n, out, out]
      Tensor factor = square.matmul(square); // [n, out, out]
      weightedSum(square, B, factor, C, factor);
      Tensor next = factor.matmul(x);
      weightedSum(x, A, next, 1, next);
      x = next;
    }
    return x;
  }

  private static void weightedSum(Tensor a, float alpha, Tensor b, float beta, Tensor y) {
    y.backend().elementwise().weightedSum(a, alpha, b, beta, y);
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
