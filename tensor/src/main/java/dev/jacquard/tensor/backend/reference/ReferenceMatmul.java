package dev.jacquard.tensor.backend.reference;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.jacquard.tensor.backend.MatmulKernels;
import dev.jacquard.tensor.backend.TensorView;
import dev.jacquard.tensor.memory.NativePool;
import dev.jacquard.tensor.memory.Storage;

/// The matrix product as three loops.
final class ReferenceMatmul implements MatmulKernels {
  private final NativePool pool;

  ReferenceMatmul(NativePool pool) {
    this.pool = pool;
  }

  /// Keeps the weight as it is.
  @Override
  public Storage pack(TensorView weight) {
    Storage packed = Storage.allocate(pool, 4 * weight.shape().numel());
    packed.segment().copyFrom(weight.segment());
    return packed;
  }

  @Override
  public void linear(TensorView x, Storage packed, TensorView y) {
    int inner = x.shape().intDim(1);
    int columns = y.shape().intDim(1);
    double[] xv = Elements.read(x);
    double[] yv = new double[Math.toIntExact(y.shape().numel())];
    for (int n = 0; n < yv.length; n++) {
      for (int k = 0; k < inner; k++) {
        float w = packed.segment().getAtIndex(JAVA_FLOAT, (long) (n % columns) * inner + k);
        yv[n] += xv[n / columns * inner + k] * w;
      }
    }
    Elements.write(yv, y);
  }

  @Override
  public void matmul(TensorView a, TensorView b, TensorView c, boolean accumulate) {
    int rows = c.shape().intDim(-2);
    int columns = c.shape().intDim(-1);
    int inner = a.shape().intDim(-1);
    double[] av = Elements.read(a);
    double[] bv = Elements.read(b);
    double[] cv = Elements.read(c);
    for (int n = 0; n < cv.length; n++) {
      int j = n % columns;
      int i = n / columns % rows;
      int matrix = n / columns / rows;
      double sum = accumulate ? cv[n] : 0;
      for (int k = 0; k < inner; k++) {
        sum += av[(matrix * rows + i) * inner + k] * bv[(matrix * inner + k) * columns + j];
      }
      cv[n] = sum;
    }
    Elements.write(cv, c);
  }
}
