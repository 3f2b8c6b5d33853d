package dev.jacquard.jmh.stream;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;

/// The step of [AdamWBenchmark] by the C++ optimiser of libtorch, which makes several passes; bytes
/// are counted as for one.
public class AdamWPeer extends StreamPeer {
  private Tensor p;
  private AdamW optimizer;

  /// Fills the tensors and checks the last parameter after the first step.
  @Setup
  public void setup() {
    p = uniform(1, COUNT).requires_grad_(true);
    Tensor g = uniform(2, COUNT);
    p.mutable_grad().put(g);
    AdamWOptions options = new AdamWOptions(AdamWBenchmark.LEARNING_RATE);
    options.weight_decay().put(AdamWBenchmark.DECAY);
    optimizer = new AdamW(new TensorVector(p), options);
    double before = at(p, COUNT - 1);
    AdamWBenchmark.check(before, at(g, COUNT - 1), adamW());
  }

  /// One step.
  ///
  /// @return the last parameter
  @Benchmark
  @OperationsPerInvocation(28 * COUNT)
  public float adamW() {
    try (PointerScope _ = new PointerScope()) {
      optimizer.step();
      return at(p, COUNT - 1);
    }
  }
}
