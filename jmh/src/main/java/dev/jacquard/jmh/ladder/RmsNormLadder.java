package dev.jacquard.jmh.ladder;

import dev.jacquard.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/// The rungs of RMSNorm over the rows of a matrix of 64 MiB, more than the caches hold.
public class RmsNormLadder extends Ladder {
  private static final int COUNT = 1 << 24; // elements, or a few less
  private static final float EPS = 1e-5f;

  /// Elements of a row.
  @Param({"512", "997"})
  public int width;

  private int rows;
  private Tensor in;
  private Tensor weight;
  private Tensor rstd;
  private Tensor out;
  private MemorySegment x;
  private MemorySegment w;
  private MemorySegment y;

  /// Fills the matrix and checks that all rungs agree, but for rounding.
  @Override
  void prepare() {
    rows = COUNT / width;
    in = uniform(1, rows, width);
    weight = uniform(2, width);
    rstd = Tensor.zeros(backend, in.shape().dropLast());
    out = Tensor.zeros(backend, in.shape());
    x = in.segment();
    w = weight.segment();
    y = out.segment();
    naive();
    float[] expected = out.toFloats();
    check("blocked", this::blocked, expected);
    check("vector", this::vector, expected);
    check("parallel", this::parallel, expected);
    check("engine", this::engine, expected);
  }

  private void check(String rung, Runnable run, float[] expected) {
    backend.copy().fill(out, Double.NaN);
    run.run();
    requireEqual(rung, out.toFloats(), expected, 1e-5);
  }

  /// Rung 1.
  @Benchmark
  public void naive() {
    RmsNormNaive.rmsNorm(x, w, EPS, y, rows, width);
  }

  /// Rung 2.
  @Benchmark
  public void blocked() {
    RmsNormBlocked.rmsNorm(x, w, EPS, y, rows, width);
  }

  /// Rung 3.
  @Benchmark
  public void vector() {
    RmsNormVector.rmsNorm(x, w, EPS, y, rows, width);
  }

  /// Rung 4.
  @Benchmark
  public void parallel() {
    RmsNormParallel.rmsNorm(x, w, EPS, y, rows, width);
  }

  /// What the engine does.
  @Benchmark
  public void engine() {
    backend.norm().rmsNorm(in, weight, EPS, out, rstd);
  }
}
