package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ConvolutionGeometry;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.Shapes;
import org.jspecify.annotations.Nullable;

/// One-dimensional convolution: [Conv2dOp] on images of one row.
public final class Conv1dOp {
  private Conv1dOp() {}

  /// Convolves sequences.
  ///
  /// @param x `[B, C, T]`, f32
  /// @param weight `[O, C / G, K]`, f32
  /// @param bias `[O]`, or null for none
  /// @param stride positions from one output to the next
  /// @param before zeros before the first position; `K - 1` and none after make it causal
  /// @param after zeros after the last position
  /// @param dilation positions from one weight to the next
  /// @param groups number of groups, `G`
  /// @return `[B, O, P]`
  /// @throws dev.jacquard.tensor.shape.ShapeException if the shapes do not fit together
  public static Tensor apply(
      Tensor x,
      Tensor weight,
      @Nullable Tensor bias,
      int stride,
      int before,
      int after,
      int dilation,
      int groups) {
    Shapes.requireRank("conv1d", "weight", weight.shape(), 3);
    ConvolutionGeometry g =
        new ConvolutionGeometry(1, stride, 0, before, 0, after, 1, dilation, groups);
    Convolution.checkOutput("conv1d", x, weight, bias, g);
    Tensor y = Conv2dOp.apply(asRows(x), asRows(weight), bias, g); // [B, O, 1, P]
    return y.reshape(y.shape().dim(0), y.shape().dim(1), y.shape().dim(3));
  }

  private static Tensor asRows(Tensor x) {
    Shape s = x.shape();
    return x.reshape(s.dim(0), s.dim(1), 1, s.dim(2));
  }
}
