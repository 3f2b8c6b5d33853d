package dev.jacquard.jmh.gemm;

import dev.jacquard.jmh.TorchPeer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/// The product of [GemmBenchmark] by libtorch with MKL.
public class GemmTorchPeer extends TorchPeer {
  /// Rows and columns.
  @Param({"97", "256", "333", "512", "1000", "1024", "2048"})
  public int n;

  private Tensor a;
  private Tensor b;
  private Tensor c;

  /// Fills the matrices and checks one element of the product.
  @Setup
  public void setup() {
    a = uniform(1, n, n);
    b = uniform(2, n, n);
    c = empty(n, n);
    sgemm();
    GemmBenchmark.check(floats(a), floats(b), floats(c), n);
  }

  /// One product.
  ///
  /// @return the result
  @Benchmark
  public Tensor sgemm() {
    torch.mm_out(c, a, b).close(); // another handle of c
    return c;
  }
}
