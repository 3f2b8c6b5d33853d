package dev.jacquard.tensor.backend.cpu;

import dev.jacquard.tensor.backend.AttentionKernels;
import dev.jacquard.tensor.backend.AttentionMask;
import dev.jacquard.tensor.backend.TensorView;
import dev.jacquard.tensor.memory.NativePool;
import org.jspecify.annotations.Nullable;

/// Attention on register-blocked tiles: see [AttentionForward], [AttentionBackward] and, for a few
/// queries against a cache, [AttentionDecode].
final class VectorAttention implements AttentionKernels {
  private final ParallelFor parallel;
  private final NativePool pool;

  VectorAttention(ParallelFor parallel, NativePool pool) {
    this.parallel = parallel;
    this.pool = pool;
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
    AttentionSizes sizes = AttentionSizes.of(q, k, v, scale, mask);
    if (sizes.t() <= AttentionDecode.MAX_QUERIES || mask.isRagged()) {
      new AttentionDecode(sizes, q, k, v, out, lse).run(parallel, pool);
    } else {
      AttentionForward call = new AttentionForward(pool, sizes, q, k, v, out, lse);
      parallel.run(call.chunks(), call::run);
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
    AttentionSizes sizes = AttentionSizes.of(q, k, v, scale, mask);
    AttentionBackward call =
        new AttentionBackward(pool, sizes, dOut, q, k, v, out, lse, dq, dk, dv, dBias);
    parallel.run(call.chunks(), call::run);
  }
}
