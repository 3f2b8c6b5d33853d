package dev.jacquard.jmh.attention;

import static org.bytedeco.pytorch.global.torch.grad;
import static org.bytedeco.pytorch.global.torch.scaled_dot_product_attention;

import dev.jacquard.jmh.TorchPeer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/// The attention of [AttentionBenchmark] by libtorch's fused kernel, in the layout that suits it:
/// `[B, H, T, D]`, contiguous.
public class AttentionPeer extends TorchPeer {
  /// Queries and keys.
  @Param({"512", "2048"})
  public int length;

  private Tensor q;
  private Tensor k;
  private Tensor v;
  private Tensor dy;
  private TensorVector inputs;
  private TensorVector upstream;

  /// Fills the tensors and checks the last query's result and gradient.
  @Setup
  public void setup() {
    long[] shape = {
      AttentionBenchmark.BATCH, AttentionBenchmark.HEADS, length, AttentionBenchmark.SIZE
    };
    q = uniform(1, shape).requires_grad_(true);
    k = uniform(2, shape).requires_grad_(true);
    v = uniform(3, shape).requires_grad_(true);
    dy = uniform(4, shape);
    inputs = new TensorVector(q, k, v);
    upstream = new TensorVector(dy);
    LastQuery last =
        new LastQuery(floats(q), floats(k), floats(v), floats(dy), length, AttentionBenchmark.SIZE);
    last.checkOutput(forward());
    last.checkGradient(backward());
  }

  /// The result alone, gradients switched off.
  ///
  /// @return its last element
  @Benchmark
  public float forward() {
    try (PointerScope _ = new PointerScope();
        NoGradGuard _ = new NoGradGuard()) {
      return lastElement(attend());
    }
  }

  /// Both passes.
  ///
  /// @return last element of the queries' gradient
  @Benchmark
  public float backward() {
    try (PointerScope _ = new PointerScope()) {
      TensorVector gradients =
          grad(new TensorVector(attend()), inputs, upstream, null, false, false);
      return lastElement(gradients.get(0));
    }
  }

  private Tensor attend() {
    return scaled_dot_product_attention(
        q, k, v, new TensorOptional(), 0, true, new DoubleOptional(), false);
  }

  private static float lastElement(Tensor x) {
    return x.data_ptr_float().get(x.numel() - 1);
  }
}
