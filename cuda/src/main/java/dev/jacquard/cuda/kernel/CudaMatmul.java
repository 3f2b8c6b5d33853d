package dev.jacquard.cuda.kernel;

import dev.jacquard.tensor.backend.MatmulKernels;
import dev.jacquard.tensor.backend.TensorView;
import dev.jacquard.tensor.memory.Storage;
import dev.jacquard.tensor.shape.DType;
import java.util.Arrays;

/// Matrix products in tiles; `matmul.cu`.
public final class CudaMatmul implements MatmulKernels {
  private static final int TILE = 32; // as in matmul.cu
  private static final int THREADS = 256;
  private static final long[] NO_AXES = {};

  private final Kernels kernels;

  /// Creates the group.
  ///
  /// @param kernels of the device
  public CudaMatmul(Kernels kernels) {
    this.kernels = kernels;
  }

  @Override
  public void matmul(TensorView a, TensorView b, TensorView c, boolean accumulate) {
    int leading = c.shape().rank() - 2;
    long[] batches = Arrays.copyOf(c.shape().toArray(), leading);
    long m = c.shape().dim(-2);
    long n = c.shape().last();
    long matrices = Arrays.stream(batches).reduce(1, (x, y) -> x * y);
    // a shared weight has no leading axes
    long[] bStrides = Launch.strides(b);
    boolean isShared = b.shape().rank() < c.shape().rank();
    kernels
        .call("matmul", "matmul")
        .i64(m)
        .i64(n)
        .i64(a.shape().last())
        .sizes(batches)
        .tensor(a)
        .steps(Arrays.copyOf(Launch.strides(a), leading))
        .i64(a.stride(-2))
        .i64(a.stride(-1))
        .tensor(b)
        .steps(isShared ? NO_AXES : Arrays.copyOf(bStrides, leading))
        .i64(b.stride(-2))
        .i64(b.stride(-1))
        .constant(b.dtype())
        .tensor(c)
        .i32(accumulate)
        .run(matrices * tiles(m) * tiles(n), THREADS);
  }

  /// Keeps the order of the weight.
  @Override
  public Storage pack(TensorView weight) {
    long count = weight.shape().numel();
    Storage packed = Storage.allocate(kernels.pool(), DType.F32.bytes(count));
    long[] sizes = weight.shape().toArray();
    DType type = DType.F32;
    kernels
        .call("copy", "copy")
        .i64(count)
        .sizes(sizes)
        .tensor(weight)
        .steps(weight)
        .constant(type)
        .i64(packed.address())
        .steps(weight.shape().contiguousStrides())
        .constant(type)
        .overElements(count);
    return packed;
  }

  @Override
  public void linear(TensorView x, Storage packed, TensorView y) {
    long m = x.shape().dim(0);
    long k = x.shape().dim(1);
    long n = y.shape().dim(1);
    kernels
        .call("matmul", "matmul")
        .i64(m)
        .i64(n)
        .i64(k)
        .sizes()
        .tensor(x)
        .steps(NO_AXES)
        .i64(k)
        .i64(1)
        .i64(packed.address())
        .steps(NO_AXES)
        .i64(1)
        .i64(k)
        .constant(DType.F32)
        .tensor(y)
        .i32(false)
        .run(tiles(m) * tiles(n), THREADS);
  }

  private static long tiles(long length) {
    return (length + TILE - 1) / TILE;
  }
}
