package dev.jacquard.tensor.backend.reference;

import dev.jacquard.tensor.backend.IndexKernels;
import dev.jacquard.tensor.backend.TensorView;
import java.lang.foreign.MemorySegment;

/// Rows and elements by number.
final class ReferenceIndex implements IndexKernels {
  @Override
  public void gatherRows(TensorView table, TensorView ids, TensorView y) {
    int width = table.shape().intDim(1);
    MemorySegment memory = table.segment(); // not read as a whole: it may be a large file
    int[] id = Elements.readInts(ids);
    double[] yv = new double[id.length * width];
    for (int n = 0; n < yv.length; n++) {
      long at = Elements.offset(table, (long) id[n / width] * width + n % width);
      yv[n] = Elements.get(memory, table.dtype(), at);
    }
    Elements.write(yv, y);
  }

  @Override
  public void scatterAddRows(TensorView dy, TensorView ids, TensorView dTable) {
    int width = dTable.shape().intDim(1);
    double[] dyv = Elements.read(dy);
    int[] id = Elements.readInts(ids);
    double[] rows = new double[Math.toIntExact(dTable.shape().numel())];
    for (int n = 0; n < id.length; n++) {
      for (int i = 0; i < width; i++) {
        rows[id[n] * width + i] += dyv[n * width + i];
      }
    }
    Elements.write(rows, dTable);
  }

  @Override
  public void gather(TensorView x, TensorView ids, TensorView y) {
    double[] xv = Elements.read(x);
    int[] id = Elements.readInts(ids);
    double[] yv = new double[id.length];
    for (int n = 0; n < yv.length; n++) {
      yv[n] = xv[target(n, id[n], ids, x)];
    }
    Elements.write(yv, y);
  }

  @Override
  public void scatter(TensorView src, TensorView ids, boolean add, TensorView y) {
    double[] source = Elements.read(src);
    int[] id = Elements.readInts(ids);
    double[] yv = Elements.read(y);
    for (int n = 0; n < source.length; n++) {
      int target = target(n, id[n], ids, y);
      yv[target] = add ? yv[target] + source[n] : source[n];
    }
    Elements.write(yv, y);
  }

  /// Number of the element `[o, id, i]` of a tensor, for element number `n = [o, j, i]` of `ids`.
  private static int target(int n, int id, TensorView ids, TensorView tensor) {
    int inner = ids.shape().intDim(2);
    int o = n / inner / ids.shape().intDim(1);
    return (o * tensor.shape().intDim(1) + id) * inner + n % inner;
  }
}
