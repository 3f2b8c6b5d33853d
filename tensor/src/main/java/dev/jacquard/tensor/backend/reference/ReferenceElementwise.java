package dev.jacquard.tensor.backend.reference;

import dev.jacquard.tensor.backend.ElementwiseKernels;
import dev.jacquard.tensor.backend.TensorView;

/// Functions of one and two elements, with [Math] in f64.
final class ReferenceElementwise implements ElementwiseKernels {
  private static final double GELU_SCALE = Math.sqrt(2 / Math.PI);
  private static final double GELU_CUBE = 0.044715;

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
            case MAX -> Math.max(av[i], bv[i]);
            case MIN -> Math.min(av[i], bv[i]);
            case POW -> StrictMath.pow(av[i], bv[i]);
            case ATAN2 -> StrictMath.atan2(av[i], bv[i]);
            case GREATER -> av[i] > bv[i] ? 1 : 0;
            case EQUAL -> av[i] == bv[i] ? 1 : 0;
          };
    }
    Elements.write(yv, y);
  }

  @Override
  public void unary(Unary f, TensorView x, TensorView y) {
    double[] v = Elements.read(x);
    for (int i = 0; i < v.length; i++) {
      v[i] = value(f, v[i]);
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
  public void weightedSum(TensorView a, float alpha, TensorView b, float beta, TensorView y) {
    double[] av = Elements.read(a);
    double[] bv = Elements.read(b);
    double[] yv = new double[av.length];
    for (int i = 0; i < yv.length; i++) {
      yv[i] = alpha * av[i] + beta * bv[i];
    }
    Elements.write(yv, y);
  }

  @Override
  public void clamp(TensorView x, float low, float high, TensorView y) {
    double[] v = Elements.read(x);
    for (int i = 0; i < v.length; i++) {
      v[i] = Math.min(Math.max(v[i], low), high);
    }
    Elements.write(v, y);
  }

  @Override
  public void clampBackward(TensorView dy, TensorView x, float low, float high, TensorView dx) {
    double[] dyv = Elements.read(dy);
    double[] xv = Elements.read(x);
    for (int i = 0; i < dyv.length; i++) {
      dyv[i] = low <= xv[i] && xv[i] <= high ? dyv[i] : 0;
    }
    Elements.write(dyv, dx);
  }

  @Override
  public void select(TensorView mask, TensorView a, TensorView b, TensorView y) {
    double[] m = Elements.read(mask);
    double[] av = Elements.read(a);
    double[] bv = Elements.read(b);
    double[] yv = new double[m.length];
    for (int i = 0; i < yv.length; i++) {
      yv[i] = m[i] != 0 ? av[i] : bv[i];
    }
    Elements.write(yv, y);
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

  private static double value(Unary f, double x) {
    return switch (f) {
      case NEG -> -x;
      case EXP -> Math.exp(x);
      case LOG -> Math.log(x);
      case SQRT -> Math.sqrt(x);
      case TANH -> Math.tanh(x);
      case SIGMOID -> sigmoid(x);
      case SILU -> x * sigmoid(x);
      case RELU -> Math.max(x, 0);
      case ABS -> Math.abs(x);
      case SIGN -> Math.signum(x);
      case FLOOR -> Math.floor(x);
      case ROUND -> Math.rint(x);
      case SQUARE -> x * x;
      case RECIPROCAL -> 1 / x;
      case RSQRT -> 1 / Math.sqrt(x);
      case LOG1P -> Math.log1p(x);
      case EXPM1 -> Math.expm1(x);
      case SIN -> StrictMath.sin(x);
      case COS -> StrictMath.cos(x);
      case ATANH -> 0.5 * (Math.log1p(x) - Math.log1p(-x));
      case ERF -> Erf.erf(x);
      case GELU -> x * 0.5 * Erf.erfc(-x * Math.sqrt(0.5));
      case GELU_TANH -> x * sigmoid(2 * GELU_SCALE * (x + GELU_CUBE * x * x * x));
    };
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
      case ABS -> Math.signum(x);
      case SIGN, FLOOR, ROUND -> 0;
      case SQUARE -> 2 * x;
      case RECIPROCAL -> -y * y;
      case RSQRT -> -0.5 * y * y * y;
      case LOG1P -> 1 / (1 + x);
      case EXPM1 -> y + 1;
      case SIN -> StrictMath.cos(x);
      case COS -> -StrictMath.sin(x);
      case ATANH -> 1 / (1 - x * x);
      case ERF -> 2 / Math.sqrt(Math.PI) * Math.exp(-x * x);
      case GELU -> 0.5 * Erf.erfc(-x * Math.sqrt(0.5)) + x * normalDensity(x);
      case GELU_TANH -> geluTanhDerivative(x);
    };
  }

  private static double normalDensity(double x) {
    return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
  }

  private static double geluTanhDerivative(double x) {
    double s = sigmoid(2 * GELU_SCALE * (x + GELU_CUBE * x * x * x));
    return s + x * s * (1 - s) * 2 * GELU_SCALE * (1 + 3 * GELU_CUBE * x * x);
  }

  private static double siluDerivative(double x) {
    double s = sigmoid(x);
    return s * (1 + x * (1 - s));
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
