package dev.jacquard.tensor.backend.reference;

import dev.jacquard.tensor.backend.RotaryKernels;
import dev.jacquard.tensor.backend.TensorView;

/// Rotary embedding, one pair after the other.
final class ReferenceRotary implements RotaryKernels {
  @Override
  public void rotate(
      TensorView x, TensorView cos, TensorView sin, int from, boolean inverse, TensorView y) {
    int positions = x.shape().intDim(1);
    int heads = x.shape().intDim(2);
    int headDim = x.shape().intDim(3);
    int half = headDim / 2;
    double[] xv = Elements.read(x);
    double[] c = Elements.read(cos);
    double[] s = Elements.read(sin);
    double[] yv = new double[xv.length];
    for (int row = 0; row < x.shape().rows(); row++) { // row: one head at one position
      int angle = (from + row / heads % positions) * half;
      for (int i = 0; i < half; i++) {
        int first = row * headDim + i;
        int second = first + half;
        double sine = inverse ? -s[angle + i] : s[angle + i];
        yv[first] = xv[first] * c[angle + i] - xv[second] * sine;
        yv[second] = xv[second] * c[angle + i] + xv[first] * sine;
      }
    }
    Elements.write(yv, y);
  }
}
