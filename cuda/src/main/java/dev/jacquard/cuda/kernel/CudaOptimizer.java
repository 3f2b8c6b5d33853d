package dev.jacquard.cuda.kernel;

import dev.jacquard.tensor.backend.OptimizerKernels;
import dev.jacquard.tensor.backend.TensorView;

/// Parameter updates; `optimizer.cu`.
public final class CudaOptimizer implements OptimizerKernels {
  private final Kernels kernels;

  /// Creates the group.
  ///
  /// @param kernels of the device
  public CudaOptimizer(Kernels kernels) {
    this.kernels = kernels;
  }

  @Override
  public void adamW(TensorView p, TensorView g, TensorView m, TensorView v, AdamWStep step) {
    double firstCorrection = 1 - Math.pow(step.beta1(), (double) step.step());
    double rootCorrection = Math.sqrt(1 - Math.pow(step.beta2(), (double) step.step()));
    long count = p.shape().numel();
    kernels
        .call("optimizer", "adamw")
        .i64(count)
        .tensor(p)
        .tensor(g)
        .tensor(m)
        .tensor(v)
        .f32(step.beta1())
        .f32(step.beta2())
        .f32((float) (1 - (double) step.learningRate() * step.weightDecay()))
        .f32((float) (step.learningRate() / firstCorrection))
        .f32((float) rootCorrection)
        .f32(step.eps())
        .f32(step.gradientScale())
        .overElements(count);
  }
}
