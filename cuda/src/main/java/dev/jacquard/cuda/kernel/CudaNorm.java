package dev.jacquard.cuda.kernel;

import dev.jacquard.tensor.backend.NormKernels;
import dev.jacquard.tensor.backend.TensorView;

/// Normalisations over rows and over groups of channels; `norm.cu`.
public final class CudaNorm implements NormKernels {
  private final Kernels kernels;

  /// Creates the group.
  ///
  /// @param kernels of the device
  public CudaNorm(Kernels kernels) {
    this.kernels = kernels;
  }

  private Launch call(String kernel) {
    return kernels.call("norm", kernel);
  }

  @Override
  public void rmsNorm(TensorView x, TensorView w, float eps, TensorView y, TensorView rstd) {
    long width = x.shape().last();
    call("rms_norm")
        .i64(width)
        .tensor(x)
        .tensor(w)
        .f32(eps)
        .tensor(y)
        .tensor(rstd)
        .overRows(rstd.shape().numel(), width);
  }

  @Override
  public void rmsNormBackward(
      TensorView dy, TensorView x, TensorView w, TensorView rstd, TensorView dx, TensorView dw) {
    long width = x.shape().last();
    long rows = rstd.shape().numel();
    call("rms_norm_backward")
        .i64(width)
        .tensor(dy)
        .tensor(x)
        .tensor(w)
        .tensor(rstd)
        .tensor(dx)
        .overRows(rows, width);
    call("rms_norm_weight")
        .i64(rows)
        .i64(width)
        .tensor(dy)
        .tensor(x)
        .tensor(rstd)
        .tensor(dw)
        .overElements(width);
  }

  @Override
  public void layerNorm(
      TensorView x,
      TensorView w,
      TensorView b,
      float eps,
      TensorView y,
      TensorView mean,
      TensorView rstd) {
    center(x, w, b, eps, y, mean, rstd, 1);
  }

  @Override
  public void layerNormBackward(
      TensorView dy,
      TensorView x,
      TensorView w,
      TensorView mean,
      TensorView rstd,
      TensorView dx,
      TensorView dw,
      TensorView db) {
    centerBackward(dy, x, w, mean, rstd, dx, dw, db, 1);
  }

  @Override
  public void groupNorm(
      TensorView x,
      TensorView w,
      TensorView b,
      float eps,
      TensorView y,
      TensorView mean,
      TensorView rstd) {
    center(x, w, b, eps, y, mean, rstd, x.shape().dim(2));
  }

  @Override
  public void groupNormBackward(
      TensorView dy,
      TensorView x,
      TensorView w,
      TensorView mean,
      TensorView rstd,
      TensorView dx,
      TensorView dw,
      TensorView db) {
    centerBackward(dy, x, w, mean, rstd, dx, dw, db, x.shape().dim(2));
  }

  private void center(
      TensorView x,
      TensorView w,
      TensorView b,
      float eps,
      TensorView y,
      TensorView mean,
      TensorView rstd,
      long pixels) {
    long runs = mean.shape().numel();
    long size = runs == 0 ? 0 : x.shape().numel() / runs;
    call("center_norm")
        .i64(size)
        .i64(pixels)
        .i64(w.shape().numel())
        .tensor(x)
        .tensor(w)
        .tensor(b)
        .f32(eps)
        .tensor(y)
        .tensor(mean)
        .tensor(rstd)
        .overRows(runs, size);
  }

  private void centerBackward(
      TensorView dy,
      TensorView x,
      TensorView w,
      TensorView mean,
      TensorView rstd,
      TensorView dx,
      TensorView dw,
      TensorView db,
      long pixels) {
    long runs = mean.shape().numel();
    long size = runs == 0 ? 0 : x.shape().numel() / runs;
    long channels = w.shape().numel();
    call("center_norm_backward")
        .i64(size)
        .i64(pixels)
        .i64(channels)
        .tensor(dy)
        .tensor(x)
        .tensor(w)
        .tensor(mean)
        .tensor(rstd)
        .tensor(dx)
        .overRows(runs, size);
    long batch = x.shape().numel() / Math.max(1, pixels * channels);
    call("center_norm_weight")
        .i64(batch)
        .i64(size)
        .i64(pixels)
        .i64(channels)
        .tensor(dy)
        .tensor(x)
        .tensor(mean)
        .tensor(rstd)
        .tensor(dw)
        .tensor(db)
        .overRows(channels, batch * pixels);
  }
}
