package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.VectorWidth.LANES;

import dev.jacquard.tensor.backend.OptimizerKernels;
import dev.jacquard.tensor.backend.TensorView;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// AdamW in one pass over parameter, gradient and moments.
final class VectorOptimizer implements OptimizerKernels {
  private static final int WORK = 6; // four streams read, three written, a root and a quotient

  private final ParallelFor parallel;

  VectorOptimizer(ParallelFor parallel) {
    this.parallel = parallel;
  }

  @Override
  public void adamW(TensorView p, TensorView g, TensorView m, TensorView v, AdamWStep step) {
    MemorySegment ps = p.segment();
    MemorySegment gs = g.segment();
    MemorySegment ms = m.segment();
    MemorySegment vs = v.segment();
    Factors factors = Factors.of(step);
    long numel = p.shape().numel();
    Chunks.run(
        parallel,
        numel,
        Chunks.ELEMENTS,
        WORK * numel,
        (from, n) -> adamW(ps, gs, ms, vs, 4L * from, n, factors));
  }

  /// What is the same for every element, computed once in f64.
  private record Factors(
      float gradientScale,
      float keepFirst, // β₁
      float addFirst, // 1 - β₁
      float keepSecond, // β₂
      float addSecond, // 1 - β₂
      float keepParameter, // 1 - lr · weight decay
      float rate, // lr / (1 - β₁ᵗ)
      float rootScale, // 1 / √(1 - β₂ᵗ)
      float eps) {
    static Factors of(AdamWStep step) {
      double beta1 = step.beta1();
      double beta2 = step.beta2();
      double learningRate = step.learningRate();
      return new Factors(
          step.gradientScale(),
          step.beta1(),
          (float) (1 - beta1),
          step.beta2(),
          (float) (1 - beta2),
          (float) (1 - learningRate * step.weightDecay()),
          (float) (learningRate / (1 - Math.pow(beta1, (double) step.step()))),
          (float) (1 / Math.sqrt(1 - Math.pow(beta2, (double) step.step()))),
          step.eps());
    }
  }

  private static void adamW(
      MemorySegment p,
      MemorySegment g,
      MemorySegment m,
      MemorySegment v,
      long at,
      int n,
      Factors f) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      long o = at + 4L * i;
      FloatVector gradient = Lanes.load(g, o).mul(f.gradientScale);
      FloatVector first = Lanes.load(m, o).mul(f.keepFirst).add(gradient.mul(f.addFirst));
      FloatVector second =
          Lanes.load(v, o).mul(f.keepSecond).add(gradient.mul(gradient).mul(f.addSecond));
      Lanes.store(first, m, o);
      Lanes.store(second, v, o);
      FloatVector change = first.mul(f.rate).div(second.sqrt().mul(f.rootScale).add(f.eps));
      Lanes.store(Lanes.load(p, o).mul(f.keepParameter).sub(change), p, o);
    }
    for (; i < n; i++) {
      long o = at + 4L * i;
      float gradient = Lanes.get(g, o) * f.gradientScale;
      float first = Lanes.get(m, o) * f.keepFirst + gradient * f.addFirst;
      float second = Lanes.get(v, o) * f.keepSecond + gradient * gradient * f.addSecond;
      Lanes.set(m, o, first);
      Lanes.set(v, o, second);
      float change = first * f.rate / ((float) Math.sqrt(second) * f.rootScale + f.eps);
      Lanes.set(p, o, Lanes.get(p, o) * f.keepParameter - change);
    }
  }
}
