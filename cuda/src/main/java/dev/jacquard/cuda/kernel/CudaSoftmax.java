package dev.jacquard.cuda.kernel;

import dev.jacquard.tensor.backend.SoftmaxKernels;
import dev.jacquard.tensor.backend.TensorView;

/// Softmax and cross-entropy; `softmax.cu`.
public final class CudaSoftmax implements SoftmaxKernels {
  private final Kernels kernels;

  /// Creates the group.
  ///
  /// @param kernels of the device
  public CudaSoftmax(Kernels kernels) {
    this.kernels = kernels;
  }

  private Launch call(String kernel) {
    return kernels.call("softmax", kernel);
  }

  @Override
  public void softmax(TensorView x, TensorView y) {
    long width = x.shape().last();
    call("softmax").i64(width).tensor(x).tensor(y).overRows(x.shape().rows(), width);
  }

  @Override
  public void softmaxBackward(TensorView dy, TensorView y, TensorView dx) {
    long width = y.shape().last();
    call("softmax_backward")
        .i64(width)
        .tensor(dy)
        .tensor(y)
        .tensor(dx)
        .overRows(y.shape().rows(), width);
  }

  @Override
  public void logSumExp(TensorView x, TensorView lse) {
    long width = x.shape().last();
    call("log_sum_exp").i64(width).tensor(x).tensor(lse).overRows(lse.shape().numel(), width);
  }

  @Override
  public void crossEntropy(
      TensorView logits, TensorView labels, int ignore, TensorView loss, TensorView lse) {
    long width = logits.shape().last();
    call("cross_entropy")
        .i64(width)
        .tensor(logits)
        .tensor(labels)
        .i32(ignore)
        .tensor(loss)
        .tensor(lse)
        .overRows(labels.shape().numel(), width);
  }

  @Override
  public void crossEntropyBackward(
      float scale,
      TensorView logits,
      TensorView labels,
      int ignore,
      TensorView lse,
      TensorView dLogits) {
    long count = logits.shape().numel();
    call("cross_entropy_backward")
        .i64(count)
        .i64(logits.shape().last())
        .f32(scale)
        .tensor(logits)
        .tensor(labels)
        .i32(ignore)
        .tensor(lse)
        .tensor(dLogits)
        .overElements(count);
  }
}
