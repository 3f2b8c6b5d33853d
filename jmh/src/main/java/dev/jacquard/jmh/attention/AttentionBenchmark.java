package dev.jacquard.jmh.attention;

import dev.jacquard.jmh.EngineBenchmark;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.op.AttentionOp;
import java.lang.foreign.ValueLayout;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/// Causal attention of 8 rows and 8 heads of size 32, in training.
///
/// Counting pairs that the mask lets through only, [#forward] does `2 T² D` operations a head and
/// [#backward], which does that too, `7 T² D`.
public class AttentionBenchmark extends EngineBenchmark {
  static final int BATCH = 8;
  static final int HEADS = 8;
  static final int SIZE = 32;
  static final float SCALE = (float) (1 / Math.sqrt(SIZE));

  /// Queries and keys.
  @Param({"512", "2048"})
  public int length;

  private Tensor q;
  private Tensor k;
  private Tensor v;
  private Tensor dy;

  /// Fills the tensors and checks the last query's result and gradient.
  @Override
  protected void prepare() {
    q = uniform(1, BATCH, length, HEADS, SIZE).trainable();
    k = uniform(2, BATCH, length, HEADS, SIZE).trainable();
    v = uniform(3, BATCH, length, HEADS, SIZE).trainable();
    dy = uniform(4, BATCH, length, HEADS, SIZE);
    LastQuery last =
        new LastQuery(
            q.toFloats(), k.toFloats(), v.toFloats(), dy.toFloats(), length, HEADS * SIZE);
    last.checkOutput(forward());
    last.checkGradient(backward());
  }

  /// The result alone, no tape running.
  ///
  /// @return its last element
  @Benchmark
  public float forward() {
    return TensorScope.call("forward", () -> lastElement(attend()));
  }

  /// The result, recorded, and then the gradients of queries, keys and values: *both* passes, as in
  /// a step of training.
  ///
  /// @return last element of the queries' gradient
  @Benchmark
  public float backward() {
    return TensorScope.call(
        "forward and backward",
        () -> {
          Tape tape = new Tape();
          Tensor y = tape.call(this::attend);
          return lastElement(tape.backward(y, dy).of(q));
        });
  }

  private Tensor attend() {
    return AttentionOp.apply(q, k, v, SCALE, true);
  }

  private static float lastElement(Tensor x) {
    return x.segment().getAtIndex(ValueLayout.JAVA_FLOAT, x.shape().numel() - 1);
  }
}
