package dev.jacquard.tensor.backend;

import org.jspecify.annotations.Nullable;

/// Two-dimensional convolution (cross-correlation) and its two derivatives.
///
/// `B` batch, `C` input channels, `O` output channels, `G` groups; `H`, `W` are the input's rows
/// and columns, `P`, `Q` the output's, `KH`, `KW` the weight's. Output channel `o` reads the `C /
/// G` input channels of its group. The three functions are the three ways to sum the same products
///
/// ```text
/// y[b, o, oy, ox] += x[b, c, iy, ix] · w[o, c, ky, kx]
/// ```
///
/// over all positions that [ConvolutionGeometry] joins, for one of the three tensors given the
/// other two. So each is linear in both arguments, and the derivatives of each are the other two.
/// The transposed convolution is [#input].
public interface ConvolutionKernels {
  /// `y = x * w + bias`.
  ///
  /// @param x `[B, C, H, W]`
  /// @param w `[O, C / G, KH, KW]`
  /// @param bias `[O]`, or null for none
  /// @param g how the window moves
  /// @param y `[B, O, P, Q]`
  void output(
      TensorView x, TensorView w, @Nullable TensorView bias, ConvolutionGeometry g, TensorView y);

  /// Gradient by the input; a transposed convolution of `y`.
  ///
  /// @param y `[B, O, P, Q]`
  /// @param w `[O, C / G, KH, KW]`
  /// @param g how the window moves
  /// @param x `[B, C, H, W]`
  void input(TensorView y, TensorView w, ConvolutionGeometry g, TensorView x);

  /// Gradient by the weight.
  ///
  /// @param y `[B, O, P, Q]`
  /// @param x `[B, C, H, W]`
  /// @param g how the window moves
  /// @param w `[O, C / G, KH, KW]`
  void weight(TensorView y, TensorView x, ConvolutionGeometry g, TensorView w);
}
