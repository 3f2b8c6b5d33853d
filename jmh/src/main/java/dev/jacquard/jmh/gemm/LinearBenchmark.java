package dev.jacquard.jmh.gemm;

import dev.jacquard.jmh.EngineBenchmark;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.memory.Storage;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/// The three products of a linear layer `y = x Wᵀ` in training, `2 · M · K · N` operations each.
///
/// `M` rows (batch times sequence), `K` inputs, `N` outputs. The weight is `[N, K]`, as checkpoints
/// store it, so `B` is transposed in [#forward] and `A` in [#weightGradient].
public class LinearBenchmark extends EngineBenchmark {
  /// `MxKxN`: feed-forward up and down, attention and head of the Llama of `TrainStepBenchmark`;
  /// then 8 and 16 rows, as in drawing several pictures at once, for which the engine reads `B` in
  /// place or packs it anew each time, but in [#packed].
  @Param({
    "4096x256x688",
    "4096x688x256",
    "4096x256x256",
    "4096x256x320",
    "8x1024x1024",
    "16x1024x1024"
  })
  public String shape;

  private Tensor x;
  private Tensor w;
  private Tensor y;
  private Tensor dx;
  private Tensor dw;
  private Storage panels;

  /// Fills the matrices and checks one element of each product.
  @Override
  protected void prepare() {
    LinearSizes s = LinearSizes.parse(shape);
    x = uniform(1, s.m(), s.k());
    w = uniform(2, s.n(), s.k());
    y = empty(s.m(), s.n());
    dx = empty(s.m(), s.k());
    dw = empty(s.n(), s.k());
    panels = backend.matmul().pack(w);
    packed();
    float[] packed = y.toFloats();
    forward();
    requireClose(packed, y.toFloats());
    float[] dy = y.toFloats(); // serves as gradient too
    inputGradient();
    weightGradient();
    s.check(x.toFloats(), w.toFloats(), dy, dx.toFloats(), dw.toFloats());
  }

  private static void requireClose(float[] actual, float[] expected) {
    for (int i = 0; i < expected.length; i++) {
      if (Math.abs(actual[i] - expected[i]) > 1e-3) {
        throw new AssertionError("packed: %s, not %s".formatted(actual[i], expected[i]));
      }
    }
  }

  /// `y = x Wᵀ` with panels of the weight that are kept from call to call.
  ///
  /// @return the result
  @Benchmark
  public Tensor packed() {
    backend.matmul().linear(x, panels, y);
    return y;
  }

  /// `y = x Wᵀ`.
  ///
  /// @return the result
  @Benchmark
  public Tensor forward() {
    backend.matmul().matmul(x, w.transpose(0, 1), y, false);
    return y;
  }

  /// `dx = dy W`.
  ///
  /// @return the result
  @Benchmark
  public Tensor inputGradient() {
    backend.matmul().matmul(y, w, dx, false);
    return dx;
  }

  /// `dW = dyᵀ x`.
  ///
  /// @return the result
  @Benchmark
  public Tensor weightGradient() {
    backend.matmul().matmul(y.transpose(0, 1), x, dw, false);
    return dw;
  }
}
