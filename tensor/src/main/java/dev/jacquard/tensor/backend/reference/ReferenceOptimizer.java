package dev.jacquard.tensor.backend.reference;

import dev.jacquard.tensor.backend.OptimizerKernels;
import dev.jacquard.tensor.backend.TensorView;

/// AdamW, one parameter after the other.
final class ReferenceOptimizer implements OptimizerKernels {
  @Override
  public void adamW(TensorView p, TensorView g, TensorView m, TensorView v, AdamWStep step) {
    double beta1 = step.beta1();
    double beta2 = step.beta2();
    double learningRate = step.learningRate();
    double firstCorrection = 1 - Math.pow(beta1, (double) step.step());
    double rootCorrection = Math.sqrt(1 - Math.pow(beta2, (double) step.step()));
    double[] pv = Elements.read(p);
    double[] gv = Elements.read(g);
    double[] mv = Elements.read(m);
    double[] vv = Elements.read(v);
    for (int i = 0; i < pv.length; i++) {
      double gradient = gv[i] * step.gradientScale();
      mv[i] = beta1 * mv[i] + (1 - beta1) * gradient;
      vv[i] = beta2 * vv[i] + (1 - beta2) * gradient * gradient;
      double root = Math.sqrt(vv[i]) / rootCorrection + step.eps();
      pv[i] -= learningRate * step.weightDecay() * pv[i];
      pv[i] -= learningRate / firstCorrection * mv[i] / root;
    }
    Elements.write(pv, p);
    Elements.write(mv, m);
    Elements.write(vv, v);
  }
}
