package dev.jacquard.tensor.backend.reference;

import dev.jacquard.tensor.backend.IndexKernels;
import dev.jacquard.tensor.backend.TensorView;

/// Rows by number.
final class ReferenceIndex implements IndexKernels {
  @Override
  public void gatherRows(TensorView table, TensorView ids, TensorView y) {
    int width = table.shape().intDim(1);
    double[] rows = Elements.read(table);
    int[] id = Elements.readInts(ids);
    double[] yv = new double[id.length * width];
    for (int n = 0; n < id.length; n++) {
      System.arraycopy(rows, id[n] * width, yv, n * width, width);
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
}
