package dev.jacquard.jmh.stream;

import dev.jacquard.jmh.Numbers;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.OptimizerKernels.AdamWStep;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/// A step of the optimiser: reads four numbers a parameter and writes three.
public class AdamWBenchmark extends StreamBenchmark {
  static final float LEARNING_RATE = 1e-4f;
  static final float DECAY = 0.1f;
  private static final AdamWStep STEP =
      new AdamWStep(LEARNING_RATE, 0.9f, 0.999f, 1e-8f, DECAY, 1, 1);

  private Tensor p;
  private Tensor g;
  private Tensor m;
  private Tensor v;

  /// Fills the tensors and checks the last parameter after the first step.
  @Override
  protected void prepare() {
    p = uniform(1, COUNT);
    g = uniform(2, COUNT);
    m = Tensor.zeros(backend, p.shape());
    v = Tensor.zeros(backend, p.shape());
    double before = at(p, COUNT - 1);
    check(before, at(g, COUNT - 1), at(adamW(), COUNT - 1));
  }

  /// The first step goes by the learning rate, whatever the size of the gradient.
  static void check(double before, double gradient, double actual) {
    double expected = before * (1 - LEARNING_RATE * DECAY) - LEARNING_RATE * Math.signum(gradient);
    Numbers.requireClose("adamW", actual, expected, 1e-7);
  }

  /// One step.
  ///
  /// @return the parameters
  @Benchmark
  @OperationsPerInvocation(28 * COUNT)
  public Tensor adamW() {
    backend.optimizer().adamW(p, g, m, v, STEP);
    return p;
  }
}
