package dev.jacquard.jmh.stream;

import dev.jacquard.jmh.Numbers;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;

/// The functions of [ElementwiseBenchmark] by libtorch, into memory that exists already.
public class ElementwisePeer extends StreamPeer {
  private Tensor a;
  private Tensor b;
  private Tensor y;

  /// Fills the tensors and checks the last element of each result.
  @Setup
  public void setup() {
    a = uniform(1, COUNT);
    b = uniform(2, COUNT);
    y = empty(COUNT);
    double u = at(a, COUNT - 1);
    double v = at(b, COUNT - 1);
    double silu = u / (1 + Math.exp(-u));
    Numbers.requireClose("add", at(add(), COUNT - 1), u + v, 1e-6);
    Numbers.requireClose("exp", at(exp(), COUNT - 1), Math.exp(u), 1e-6);
    Numbers.requireClose("silu", at(silu(), COUNT - 1), silu, 1e-6);
    double gelu = ElementwiseBenchmark.gelu(u);
    Numbers.requireClose("gelu", at(gelu(), COUNT - 1), gelu, 1e-6);
    Numbers.requireClose("swiGlu", at(swiGlu(), COUNT - 1), silu * v, 1e-6);
  }

  /// `a + b`.
  ///
  /// @return the result
  @Benchmark
  @OperationsPerInvocation(12 * COUNT)
  public Tensor add() {
    torch.add_out(y, a, b).close(); // another handle of y, here and below
    return y;
  }

  /// `eᵃ`.
  ///
  /// @return the result
  @Benchmark
  @OperationsPerInvocation(8 * COUNT)
  public Tensor exp() {
    torch.exp_out(y, a).close();
    return y;
  }

  /// `a · sigmoid(a)`.
  ///
  /// @return the result
  @Benchmark
  @OperationsPerInvocation(8 * COUNT)
  public Tensor silu() {
    torch.silu_out(y, a).close();
    return y;
  }

  /// `a · Φ(a)`.
  ///
  /// @return the result
  @Benchmark
  @OperationsPerInvocation(8 * COUNT)
  public Tensor gelu() {
    torch.gelu_out(y, a).close();
    return y;
  }

  /// `silu(a) · b` in two passes, since there is no kernel for both; bytes are counted as for one.
  ///
  /// @return the result
  @Benchmark
  @OperationsPerInvocation(12 * COUNT)
  public Tensor swiGlu() {
    torch.silu_out(y, a).close();
    torch.mul_out(y, y, b).close();
    return y;
  }
}
