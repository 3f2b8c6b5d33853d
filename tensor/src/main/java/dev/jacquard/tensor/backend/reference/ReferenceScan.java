package dev.jacquard.tensor.backend.reference;

import dev.jacquard.tensor.backend.ScanKernels;
import dev.jacquard.tensor.backend.TensorView;

/// Recurrences, one element after the other.
final class ReferenceScan implements ScanKernels {
  @Override
  public void recurrence(TensorView a, TensorView b, float initial, boolean reverse, TensorView y) {
    int length = y.shape().intDim(1);
    int inner = y.shape().intDim(2);
    double[] av = Elements.read(a);
    double[] bv = Elements.read(b);
    double[] yv = new double[av.length];
    for (int series = 0; series < y.shape().dim(0) * inner; series++) {
      double value = initial;
      for (int step = 0; step < length; step++) {
        int n = reverse ? length - 1 - step : step;
        int at = (series / inner * length + n) * inner + series % inner;
        value = av[at] * value + bv[at];
        yv[at] = value;
      }
    }
    Elements.write(yv, y);
  }
}
