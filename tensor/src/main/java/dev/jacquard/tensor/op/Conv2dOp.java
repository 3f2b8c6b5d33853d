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
    Convolution.check("conv2d", x, weight, bias, weight.shape().dim(0));
    Convolution.checkGroups("conv2d", "output channels", weight.shape().dim(0), g.groups());
    if (x.shape().dim(1) != weight.shape().dim(1) * g.groups()) {
      throw new ShapeException(
          "conv2d: channels differ; x %s, weight %s, groups %d; need weight's second size x groups"
              .formatted(x.shape(), weight.shape(), g.groups()));
    }
    if (g.outputHeight(x.shape().dim(2), weight.shape().dim(2)) < 1
        || g.outputWidth(x.shape().dim(3), weight.shape().dim(3)) < 1) {
      throw new ShapeException(
          "conv2d: window exceeds the padded image; x %s, weight %s, %s"
              .formatted(x.shape(), weight.shape(), g));
    }
    return Convolution.output(x, weight, bias, g);
  }
}
