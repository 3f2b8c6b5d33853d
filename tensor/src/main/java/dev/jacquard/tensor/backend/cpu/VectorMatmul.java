package dev.jacquard.tensor.backend.cpu;

import dev.jacquard.tensor.backend.MatmulKernels;
import dev.jacquard.tensor.backend.TensorView;
import dev.jacquard.tensor.backend.cpu.BlockedGemm.Matrix;
import dev.jacquard.tensor.memory.NativePool;
import dev.jacquard.tensor.memory.Storage;
import dev.jacquard.tensor.shape.DType;

/// Matrix products through packed, register-blocked kernels.
///
/// Read on in [BlockedGemm] (cut into blocks), [GemmKernels] (innermost loops), [GemmPacking],
/// [GemmUpdate].
final class VectorMatmul implements MatmulKernels {
  /// Multiply-adds of one matrix from which its product is shared between threads, rather than
  /// whole matrices.
  private static final long SHARED_WORK = 16_000_000;

  private final ParallelFor parallel;
  private final NativePool pool;

  VectorMatmul(ParallelFor parallel, NativePool pool) {
    this.parallel = parallel;
    this.pool = pool;
  }

  @Override
  public void matmul(TensorView a, TensorView b, TensorView c, boolean accumulate) {
    if (c.shape().numel() == 0) {
      return;
    }
    int m = c.shape().intDim(-2);
    int n = c.shape().intDim(-1);
    int k = a.shape().intDim(-1);
    if (b.dtype() != DType.F32) {
      multiplyStored(a, b, c, m, n, k, accumulate);
      return;
    }
    int batch = Math.toIntExact(c.shape().numel() / ((long) m * n));
    long commonRow = batch > 1 ? commonRow(a, b) : 0;
    if (commonRow != 0) {
      Matrix rows = new Matrix(a.segment(), 0, 4 * commonRow, 4 * step(a, -1));
      multiply(rows, matrix(b, 0), c, 0, Math.multiplyExact(batch, m), n, k, accumulate);
    } else if ((long) m * n * k >= SHARED_WORK) {
      for (int i = 0; i < batch; i++) {
        multiply(matrix(a, i), matrix(b, i), c, i, m, n, k, accumulate);
      }
    } else {
      parallel.run(batch, i -> multiply(matrix(a, i), matrix(b, i), c, i, m, n, k, accumulate));
    }
  }

  @Override
  public Storage pack(TensorView weight) {
    int n = weight.shape().intDim(0);
    int k = weight.shape().intDim(1);
    Storage packed = Storage.allocate(pool, KeptPanels.bytes(n, k));
    new KeptPanels(packed.segment(), n, k).fill(parallel, weight.segment());
    return packed;
  }

  @Override
  public void linear(TensorView x, Storage packed, TensorView y) {
    if (y.shape().numel() > 0) {
      int n = y.shape().intDim(1);
      KeptPanels kept = new KeptPanels(packed.segment(), n, x.shape().intDim(1));
      Matrix out = new Matrix(y.segment(), 0, 4L * n, 4);
      new BlockedGemm(parallel, pool, y.shape().intDim(0), matrix(x, 0), kept, out).run(false);
    }
  }

  private void multiplyStored(
      TensorView a, TensorView b, TensorView c, int m, int n, int k, boolean accumulate) {
    assert b.shape().rank() == 2 && b.stride(0) == 1 : "columns of a stored weight are contiguous";
    long rowBytes = k == 0 ? 0 : b.dtype().bytes(b.stride(1));
    StoredRows weight = new StoredRows(b.dtype(), b.segment(), rowBytes);
    Matrix rows = matrix(a, 0);
    Matrix out = new Matrix(c.segment(), 0, 4L * n, 4);
    if (DotGemm.suits(m, n, k, rows)) {
      new DotGemm(parallel, pool, m, n, k, rows, weight, out).run(accumulate);
    } else {
      new BlockedGemm(parallel, pool, m, n, k, rows, weight, out).run(accumulate);
    }
  }

  /// Distance between rows of `a` if all its matrices are multiplied by the same `b` and their rows
  /// lie at one distance: then they are one tall matrix.
  ///
  /// @return 0 if that is not so
  private static long commonRow(TensorView a, TensorView b) {
    long stride = 0;
    long expected = 0;
    for (int axis = a.shape().rank() - 2; axis >= 0; axis--) {
      long size = a.shape().dim(axis);
      boolean isRow = axis == a.shape().rank() - 2;
      if (size > 1) {
        if ((!isRow && b.stride(axis) != 0) || (stride != 0 && a.stride(axis) != expected)) {
          return 0;
        }
        stride = stride == 0 ? a.stride(axis) : stride;
        expected = a.stride(axis) * size;
      }
    }
    return stride;
  }

  private void multiply(
      Matrix a, Matrix b, TensorView c, int index, int m, int n, int k, boolean accumulate) {
    Matrix out = new Matrix(c.segment(), 4L * index * m * n, 4L * n, 4);
    if (DotGemm.suits(m, n, k, a, b)) {
      new DotGemm(parallel, pool, m, n, k, a, b, out).run(accumulate);
    } else {
      new BlockedGemm(parallel, pool, m, n, k, a, b, out).run(accumulate);
    }
  }

  /// One matrix of the leading axes.
  private static Matrix matrix(TensorView x, long index) {
    long offset = 0;
    for (int axis = x.shape().rank() - 3; axis >= 0; axis--) {
      offset += index % x.shape().dim(axis) * x.stride(axis);
      index /= x.shape().dim(axis);
    }
    return new Matrix(x.segment(), 4 * offset, 4 * step(x, -2), 4 * step(x, -1));
  }

  /// Stride of one of the last two axes; an axis of size 1, whose stride says nothing, counts as
  /// contiguous if the other is not.
  private static long step(TensorView x, int axis) {
    long other = x.stride(-3 - axis);
    return x.shape().dim(axis) == 1 && other != 1 ? 1 : x.stride(axis);
  }
}
