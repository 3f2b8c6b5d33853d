package dev.jacquard.tensor.backend;

/// Softmax over the last axis, and cross-entropy.
public interface SoftmaxKernels {
  /// `y = exp(x - max x) / Σ exp(x - max x)`. A row of only `-∞` gives zeros.
  ///
  /// @param x `[..., C]`
  /// @param y `[..., C]`
  void softmax(TensorView x, TensorView y);

  /// `dx = y · (dy - Σ dy·y)`.
  ///
  /// @param dy `[..., C]`
  /// @param y `[..., C]`, result of the forward pass
  /// @param dx `[..., C]`
  void softmaxBackward(TensorView dy, TensorView y, TensorView dx);

  /// `lse = log Σ exp(x)`, safe from overflow; `-∞` for a row of only `-∞`.
  ///
  /// @param x `[..., C]`
  /// @param lse `[...]`
  void logSumExp(TensorView x, TensorView lse);

  /// Loss of each row, `log Σ exp(x) - x[label]`; 0 where the label equals `ignore`.
  ///
  /// @param logits `[N, V]`
  /// @param labels `[N]`, i32, each in `[0, V)` or `ignore`
  /// @param ignore label of rows that do not count
  /// @param loss `[N]`
  /// @param lse `[N]`, `log Σ exp(x)`, kept for the backward pass
  void crossEntropy(
      TensorView logits, TensorView labels, int ignore, TensorView loss, TensorView lse);

  /// `dx = scale · (exp(x - lse) - onehot(label))`; 0 for ignored rows.
  ///
  /// @param scale factor: the gradient of the loss over the number of rows that count
  /// @param logits `[N, V]`
  /// @param labels `[N]`, i32
  /// @param ignore label of rows that do not count
  /// @param lse `[N]` as the forward pass left it
  /// @param dLogits `[N, V]`
  void crossEntropyBackward(
      float scale,
      TensorView logits,
      TensorView labels,
      int ignore,
      TensorView lse,
      TensorView dLogits);
}
