package dev.jacquard.cuda.kernel;

import dev.jacquard.tensor.backend.ElementwiseKernels;
import dev.jacquard.tensor.backend.TensorView;

/// Functions of one and two elements; `elementwise.cu`, which numbers the functions as here.
public final class CudaElementwise implements ElementwiseKernels {
  private final Kernels kernels;

  /// Creates the group.
  ///
  /// @param kernels of the device
  public CudaElementwise(Kernels kernels) {
    this.kernels = kernels;
  }

  private Launch call(String kernel) {
    return kernels.call("elementwise", kernel);
  }

  @Override
  public void binary(Binary f, TensorView a, TensorView b, TensorView y) {
    long count = y.shape().numel();
    call("binary")
        .i64(count)
        .constant(f)
        .sizes(y.shape().toArray())
        .tensor(a)
        .steps(a)
        .tensor(b)
        .steps(b)
        .tensor(y)
        .overElements(count);
  }

  @Override
  public void unary(Unary f, TensorView x, TensorView y) {
    long count = y.shape().numel();
    call("unary").i64(count).constant(f).tensor(x).tensor(y).overElements(count);
  }

  @Override
  public void unaryBackward(Unary f, TensorView dy, TensorView x, TensorView y, TensorView dx) {
    long count = dx.shape().numel();
    call("unary_backward")
        .i64(count)
        .constant(f)
        .tensor(dy)
        .tensor(x)
        .tensor(y)
        .tensor(dx)
        .overElements(count);
  }

  @Override
  public void affine(TensorView x, float alpha, float beta, TensorView y) {
    long count = y.shape().numel();
    call("affine").i64(count).tensor(x).f32(alpha).f32(beta).tensor(y).overElements(count);
  }

  @Override
  public void weightedSum(TensorView a, float alpha, TensorView b, float beta, TensorView y) {
    long count = y.shape().numel();
    call("weighted_sum")
        .i64(count)
        .tensor(a)
        .f32(alpha)
        .tensor(b)
        .f32(beta)
        .tensor(y)
        .overElements(count);
  }

  @Override
  public void clamp(TensorView x, float low, float high, TensorView y) {
    long count = y.shape().numel();
    call("clamp").i64(count).tensor(x).f32(low).f32(high).tensor(y).overElements(count);
  }

  @Override
  public void clampBackward(TensorView dy, TensorView x, float low, float high, TensorView dx) {
    long count = dx.shape().numel();
    call("clamp_backward")
        .i64(count)
        .tensor(dy)
        .tensor(x)
        .f32(low)
        .f32(high)
        .tensor(dx)
        .overElements(count);
  }

  @Override
  public void select(TensorView mask, TensorView a, TensorView b, TensorView y) {
    long count = y.shape().numel();
    call("select_either")
        .i64(count)
        .sizes(y.shape().toArray())
        .tensor(mask)
        .steps(mask)
        .tensor(a)
        .steps(a)
        .tensor(b)
        .steps(b)
        .tensor(y)
        .overElements(count);
  }

  @Override
  public void swiGlu(TensorView gate, TensorView up, TensorView y) {
    long count = y.shape().numel();
    call("swiglu").i64(count).tensor(gate).tensor(up).tensor(y).overElements(count);
  }

  @Override
  public void swiGluBackward(
      TensorView dy, TensorView gate, TensorView up, TensorView dGate, TensorView dUp) {
    long count = dy.shape().numel();
    call("swiglu_backward")
        .i64(count)
        .tensor(dy)
        .tensor(gate)
        .tensor(up)
        .tensor(dGate)
        .tensor(dUp)
        .overElements(count);
  }
}
