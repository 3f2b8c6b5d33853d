package dev.jacquard.tensor.backend.reference;

import dev.jacquard.tensor.backend.ElementwiseKernels;
import dev.jacquard.tensor.backend.TensorView;

/// Functions of one and two elements, with [Math] in f64.
final class ReferenceElementwise implements ElementwiseKernels {
  @Override
  public void binary(Binary f, TensorView a, TensorView b, TensorView y) {
    double[] av = Elements.read(a);
    double[] bv = Elements.read(b);
    double[] yv = new double[av.length];
    for (int i = 0; i < yv.length; i++) {
      yv[i] =
          switch (f) {
            case ADD -> av[i] + bv[i];
            case SUB -> av[i] - bv[i];
            case MUL -> av[i] * bv[i];
            case DIV -> av[i] / bv[i];
          };
    }
    Elements.write(yv, y);
  }

  @Override
  public void unary(Unary f, TensorView x, TensorView y) {
    double[] v = Elements.read(x);
    for (int i = 0; i < v.length; i++) {
      v[i] =
          switch (f) {
            case NEG -> -v[i];
            case EXP -> Math.exp(v[i]);
            case LOG -> Math.log(v[i]);
            case SQRT -> Math.sqrt(v[i]);
            case TANH -> Math.tanh(v[i]);
            case SIGMOID -> sigmoid(v[i]);
            case SILU -> v[i] * sigmoid(v[i]);
            case RELU -> Math.max(v[i], 0);
          };
    }
    Elements.write(v, y);
  }

  @Override
  public void unaryBackward(Unary f, TensorView dy, TensorView x, TensorView y, TensorView dx) {
    double[] dyv = Elements.read(dy);
    double[] xv = Elements.read(x);
    double[] yv = Elements.read(y);
    double[] dxv = new double[dyv.length];
    for (int i = 0; i < dxv.length; i++) {
      dxv[i] = dyv[i] * derivative(f, xv[i], yv[i]);
    }
    Elements.write(dxv, dx);
  }

  @Override
  public void affine(TensorView x, float alpha, float beta, TensorView y) {
    double[] v = Elements.read(x);
    for (int i = 0; i < v.length; i++) {
      v[i] = alpha * v[i] + beta;
    }
    Elements.write(v, y);
  }

  @Override
  public void swiGlu(TensorView gate, TensorView up, TensorView y) {
    double[] g = Elements.read(gate);
    double[] u = Elements.read(up);
    double[] yv = new double[g.length];
    for (int i = 0; i < yv.length; i++) {
      yv[i] = g[i] * sigmoid(g[i]) * u[i];
    }
    Elements.write(yv, y);
  }

  @Override
  public void swiGluBackward(
      TensorView dy, TensorView gate, TensorView up, TensorView dGate, TensorView dUp) {
    double[] dyv = Elements.read(dy);
    double[] g = Elements.read(gate);
    double[] u = Elements.read(up);
    double[] dg = new double[g.length];
    double[] du = new double[g.length];
    for (int i = 0; i < g.length; i++) {
      dg[i] = dyv[i] * u[i] * siluDerivative(g[i]);
      du[i] = dyv[i] * g[i] * sigmoid(g[i]);
    }
    Elements.write(dg, dGate);
    Elements.write(du, dUp);
  }

  private static double derivative(Unary f, double x, double y) {
    return switch (f) {
      case NEG -> -1;
      case EXP -> y;
      case LOG -> 1 / x;
      case SQRT -> 0.5 / y;
      case TANH -> 1 - y * y;
      case SIGMOID -> y * (1 - y);
      case SILU -> siluDerivative(x);
      case RELU -> x > 0 ? 1 : 0;
    };
  }

  private static double siluDerivative(double x) {
    double s = sigmoid(x);
    return s * (1 + x * (1 - s));
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
