package dev.jacquard.tensor.backend.reference;

import dev.jacquard.tensor.backend.MatmulKernels;
import dev.jacquard.tensor.backend.TensorView;

/// The matrix product as three loops.
final class ReferenceMatmul implements MatmulKernels {
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
