package dev.jacquard.jmh.stream;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/// The forward passes of [NormBenchmark] by libtorch, which makes a new tensor each time.
public class NormPeer extends StreamPeer {
  /// Elements of a row.
  @Param({"256", "997", "4096"})
  public int width;

  private Tensor x;
  private Tensor w;
  private Tensor b;

  /// Fills the tensors and checks the last row.
  @Setup
  public void setup() {
    x = uniform(1, StreamBenchmark.rows(width), width);
    w = uniform(2, width);
    b = uniform(3, width);
    NormBenchmark.checkLayerNorm(lastRow(x), floats(w), floats(b), layerNorm());
    NormBenchmark.checkRmsNorm(lastRow(x), floats(w), rmsNorm());
  }

  /// By the function of that name, gradients switched off.
  ///
  /// @return last element of the result
  @Benchmark
  @OperationsPerInvocation(8 * COUNT)
  public float rmsNorm() {
    try (PointerScope _ = new PointerScope();
        NoGradGuard _ = new NoGradGuard()) {
      TensorOptional weight = new TensorOptional(w);
      DoubleOptional eps = new DoubleOptional(NormBenchmark.EPS);
      return at(torch.rms_norm(x, new long[] {width}, weight, eps), x.numel() - 1);
    }
  }

  /// By the function of that name, gradients switched off.
  ///
  /// @return last element of the result
  @Benchmark
  @OperationsPerInvocation(8 * COUNT)
  public float layerNorm() {
    try (PointerScope _ = new PointerScope();
        NoGradGuard _ = new NoGradGuard()) {
      TensorOptional weight = new TensorOptional(w);
      TensorOptional bias = new TensorOptional(b);
      long[] shape = {width};
      Tensor y = torch.layer_norm(x, shape, weight, bias, NormBenchmark.EPS, false);
      return at(y, x.numel() - 1);
    }
  }
}
