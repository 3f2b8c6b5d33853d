package dev.jacquard.jmh.ladder;

import dev.jacquard.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/// The rungs of the matrix product of `[n, n]` and `[n, n]`.
public class GemmLadder extends Ladder {
  /// Rows and columns.
  @Param({"97", "512", "1024"})
  public int n;

  private Tensor left;
  private Tensor right;
  private Tensor product;
  private MemorySegment a;
  private MemorySegment b;
  private MemorySegment c;
  private MemorySegment panels;

  /// Fills the matrices and checks that all rungs agree, to the last bit but for the engine's,
  /// which adds long sums in blocks.
  @Override
  void prepare() {
    left = uniform(1, n, n);
    right = uniform(2, n, n);
    product = Tensor.zeros(backend, left.shape());
    a = left.segment();
    b = right.segment();
    c = product.segment();
    panels = Tensor.zeros(backend, left.shape().with(-1, n + GemmVector.COLUMNS)).segment();
    naive();
    float[] expected = product.toFloats();
    check("blocked", this::blocked, expected, 0);
    check("vector", this::vector, expected, 0);
    check("parallel", this::parallel, expected, 0);
    check("engine", this::engine, expected, 1e-4);
  }

  private void check(String rung, Runnable run, float[] expected, double tolerance) {
    backend.copy().fill(product, Double.NaN);
    run.run();
    requireEqual(rung, product.toFloats(), expected, tolerance);
  }

  /// Rung 1.
  @Benchmark
  public void naive() {
    GemmNaive.multiply(a, b, c, n);
  }

  /// Rung 2.
  @Benchmark
  public void blocked() {
    GemmBlocked.multiply(a, b, c, n, panels);
  }

  /// Rung 3.
  @Benchmark
  public void vector() {
    GemmVector.multiply(a, b, c, n, panels);
  }

  /// Rung 4.
  @Benchmark
  public void parallel() {
    GemmParallel.multiply(a, b, c, n, panels);
  }

  /// What the engine does.
  @Benchmark
  public void engine() {
    backend.matmul().matmul(left, right, product, false);
  }
}
