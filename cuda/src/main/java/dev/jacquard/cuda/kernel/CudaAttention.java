package dev.jacquard.cuda.kernel;

import dev.jacquard.tensor.backend.AttentionKernels;
import dev.jacquard.tensor.backend.AttentionMask;
import dev.jacquard.tensor.backend.TensorView;
import dev.jacquard.tensor.shape.ShapeException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Scaled dot-product attention; `attention.cu`.
public final class CudaAttention implements AttentionKernels {
  private static final int THREADS = 128; // as in attention.cu
  private static final int MAX_SIZE = 512;

  private final Kernels kernels;

  /// Creates the group.
  ///
  /// @param kernels of the device
  public CudaAttention(Kernels kernels) {
    this.kernels = kernels;
  }

  @Override
  public void forward(
      TensorView q,
      TensorView k,
      TensorView v,
      float scale,
      AttentionMask mask,
      TensorView out,
      TensorView lse) {
    requireSizes(q, v);
    try (Ranges ranges = Ranges.of(kernels, mask, q.shape().intDim(0))) {
      Launch launch = sized(kernels.call("attention", "attention"), q, k, v, mask);
      launch.tensor(q).tensor(k).tensor(v).constant(k.dtype()).f32(scale);
      ranges.pass(launch).tensor(mask.bias()).tensor(out).tensor(lse);
      launch.run(lse.shape().numel(), THREADS);
    }
  }

  @Override
  public void backward(
      TensorView dOut,
      TensorView q,
      TensorView k,
      TensorView v,
      TensorView out,
      TensorView lse,
      float scale,
      AttentionMask mask,
      TensorView dq,
      TensorView dk,
      TensorView dv,
      @Nullable TensorView dBias) {
    requireSizes(q, v);
    long rows = lse.shape().numel();
    MemorySegment delta = kernels.pool().acquire(Math.max(1, rows) * Float.BYTES);
    try (Ranges ranges = Ranges.of(kernels, mask, q.shape().intDim(0))) {
      Launch byQuery = sized(kernels.call("attention", "attention_backward_q"), q, k, v, mask);
      byQuery.tensor(dOut).tensor(q).tensor(k).tensor(v).tensor(out).tensor(lse).f32(scale);
      ranges.pass(byQuery).tensor(mask.bias()).i64(delta.address()).tensor(dq).tensor(dBias);
      byQuery.run(rows, THREADS);
      Launch byKey = sized(kernels.call("attention", "attention_backward_kv"), q, k, v, mask);
      byKey.tensor(dOut).tensor(q).tensor(k).tensor(v).tensor(lse).i64(delta.address()).f32(scale);
      ranges.pass(byKey).tensor(mask.bias()).tensor(dk).tensor(dv);
      byKey.run(k.shape().dim(0) * k.shape().dim(1) * k.shape().dim(2), THREADS);
    } finally {
      kernels.pool().release(delta);
    }
  }

  private static void requireSizes(TensorView q, TensorView v) {
    if (q.shape().last() > MAX_SIZE || v.shape().last() > MAX_SIZE) {
      throw new ShapeException(
          "attention: heads too large for cuda; queries %s, values %s; need %d at most"
              .formatted(q.shape(), v.shape(), MAX_SIZE));
    }
  }

  /// Passes an `AttentionSizes`.
  private static Launch sized(
      Launch launch, TensorView q, TensorView k, TensorView v, AttentionMask mask) {
    launch.i64(q.shape().dim(0)).i64(q.shape().dim(1)).i64(k.shape().dim(1));
    launch.i64(q.shape().dim(2)).i64(k.shape().dim(2));
    launch.i64(q.shape().last()).i64(v.shape().last());
    for (TensorView x : new TensorView[] {q, k, v}) {
      launch.i64(x.stride(0)).i64(x.stride(1)).i64(x.stride(2));
    }
    TensorView bias = mask.bias();
    for (int axis = 0; axis < 4; axis++) {
      launch.i64(bias == null ? 0 : bias.stride(axis));
    }
    return launch;
  }

  /// The keys that queries see, on the device: `from[t]`, then `to[b, t]`.
  private record Ranges(Numbers numbers, int queries) implements AutoCloseable {
    static Ranges of(Kernels kernels, AttentionMask mask, int batch) {
      int queries = mask.queries();
      int[] words = new int[queries * (1 + batch)];
      for (int t = 0; t < queries; t++) {
        words[t] = mask.from(t);
        for (int b = 0; b < batch; b++) {
          words[(1 + b) * queries + t] = mask.to(b, t);
        }
      }
      return new Ranges(Numbers.of(kernels, words), queries);
    }

    Launch pass(Launch launch) {
      long from = numbers.address();
      return launch.i64(from).i64(from + (long) queries * Integer.BYTES);
    }

    @Override
    public void close() {
      numbers.close();
    }
  }
}
