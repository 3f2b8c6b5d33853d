package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ConvolutionGeometry;
import dev.jacquard.tensor.shape.ShapeException;
import dev.jacquard.tensor.shape.Shapes;
import org.jspecify.annotations.Nullable;

/// Two-dimensional convolution, in the sense of the field: cross-correlation, the weight not
/// flipped.
///
/// ```text
/// y[b, o, oy, ox] = bias[o] + Σ x[b, c, oy · strideY + ky · dilationY - top, ...] · w[o, c, ky, kx]
/// ```
public final class Conv2dOp {
  private Conv2dOp() {}

  /// Convolves images.
  ///
  /// @param x `[B, C, H, W]`, f32
  /// @param weight `[O, C / G, KH, KW]`, f32; output channel `o` reads group `o / (O / G)`
  /// @param bias `[O]`, or null for none
  /// @param g strides, padding, dilation and the number of groups `G`
  /// @return `[B, O, P, Q]`, sizes by [ConvolutionGeometry#outputHeight] and `outputWidth`
  /// @throws ShapeException if the shapes do not fit together or the window exceeds the image
  public static Tensor apply(
      Tensor x, Tensor weight, @Nullable Tensor bias, ConvolutionGeometry g) {
    Shapes.requireRank("conv2d", "weight", weight.shape(), 4);
    Convolution.checkOutput("conv2d", x, weight, bias, g);
    return Convolution.output(x, weight, bias, g);
  }
}
