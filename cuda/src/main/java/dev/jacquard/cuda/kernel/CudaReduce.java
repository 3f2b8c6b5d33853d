package dev.jacquard.cuda.kernel;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;

import dev.jacquard.tensor.backend.ReduceKernels;
import dev.jacquard.tensor.backend.TensorView;
import java.lang.foreign.MemorySegment;

/// Sums and maxima over axes; `reduce.cu`.
public final class CudaReduce implements ReduceKernels {
  private static final long WORTH_A_BLOCK = 64; // summands from which threads share one result
  private static final long PART = 1 << 15; // elements that one block squares

  private final Kernels kernels;

  /// Creates the group.
  ///
  /// @param kernels of the device
  public CudaReduce(Kernels kernels) {
    this.kernels = kernels;
  }

  @Override
  public void sum(TensorView x, TensorView y) {
    reduce(x, y, false);
  }

  @Override
  public void max(TensorView x, TensorView y) {
    reduce(x, y, true);
  }

  private void reduce(TensorView x, TensorView y, boolean isMax) {
    int rank = x.shape().rank();
    long[] foldedSizes = new long[rank];
    long count = 1;
    for (int axis = 0; axis < rank; axis++) {
      boolean isFolded = y.shape().dim(axis) == 1;
      foldedSizes[axis] = isFolded ? x.shape().dim(axis) : 1;
      count *= foldedSizes[axis];
    }
    long outputs = y.shape().numel();
    boolean byBlock = count >= WORTH_A_BLOCK;
    Launch launch = kernels.call("reduce", byBlock ? "reduce_by_block" : "reduce_by_thread");
    if (!byBlock) {
      launch.i64(outputs);
    }
    launch
        .i32(isMax)
        .sizes(y.shape().toArray())
        .steps(x)
        .i64(count)
        .sizes(foldedSizes)
        .steps(x)
        .tensor(x)
        .tensor(y);
    if (byBlock) {
      launch.run(outputs, Launch.THREADS);
    } else {
      launch.overElements(outputs);
    }
  }

  @Override
  public double sumOfSquares(TensorView x) {
    long count = x.shape().numel();
    int parts = Math.toIntExact((count + PART - 1) / PART);
    MemorySegment sums = kernels.pool().acquire(Math.max(1, parts) * (long) Double.BYTES);
    try {
      kernels
          .call("reduce", "sum_of_squares")
          .i64(count)
          .i64(PART)
          .tensor(x)
          .i64(sums.address())
          .run(parts, Launch.THREADS);
      kernels.await();
      double sum = 0;
      for (int i = 0; i < parts; i++) {
        sum += sums.getAtIndex(JAVA_DOUBLE, i);
      }
      return sum;
    } finally {
      kernels.pool().release(sums);
    }
  }
}
