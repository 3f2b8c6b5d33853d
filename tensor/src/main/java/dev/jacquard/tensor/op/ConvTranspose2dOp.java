package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ConvolutionGeometry;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import dev.jacquard.tensor.shape.Shapes;
import org.jspecify.annotations.Nullable;

/// Transposed two-dimensional convolution: the linear map of [Conv2dOp] transposed, as its gradient
/// uses it. With strides it enlarges images.
public final class ConvTranspose2dOp {
  private ConvTranspose2dOp() {}

  /// Spreads every pixel over a window of the result.
  ///
  /// @param x `[B, C, H, W]`, f32
  /// @param weight `[C, O / G, KH, KW]`, f32, in PyTorch's order: input channels first
  /// @param bias `[O]`, or null for none
  /// @param g strides, dilation and groups; padding cuts the result on each side
  /// @param extraHeight rows to append at the bottom, which convolution would pass over; less than
  ///   the stride or the dilation
  /// @param extraWidth columns to append on the right
  /// @return `[B, O, (H - 1) · strideY - top - bottom + dilationY · (KH - 1) + 1 + extraHeight,
  ///   ...]`
  /// @throws ShapeException if the shapes do not fit together or nothing is left
  public static Tensor apply(
      Tensor x,
      Tensor weight,
      @Nullable Tensor bias,
      ConvolutionGeometry g,
      int extraHeight,
      int extraWidth) {
    Shapes.requireRank("convTranspose2d", "weight", weight.shape(), 4);
    Shape w = weight.shape();
    long channels = w.dim(1) * g.groups();
    Convolution.check("convTranspose2d", x, weight, bias, channels);
    Convolution.checkGroups("convTranspose2d", "input channels", w.dim(0), g.groups());
    Shape in = x.shape();
    Shapes.require("convTranspose2d", "weight", w, in.dim(1), w.dim(1), w.dim(2), w.dim(3));
    checkExtra(g, extraHeight, extraWidth);
    long height =
        size(in.dim(2), g.strideY(), g.dilationY(), w.dim(2)) - g.top() - g.bottom() + extraHeight;
    long width =
        size(in.dim(3), g.strideX(), g.dilationX(), w.dim(3)) - g.left() - g.right() + extraWidth;
    if (height < 1 || width < 1) {
      throw new ShapeException(
          "convTranspose2d: padding cuts everything off; x %s, weight %s, %s; need less padding"
              .formatted(in, w, g));
    }
    Tensor y = Convolution.input(x, weight, g, Shape.of(in.dim(0), channels, height, width));
    return bias == null ? y : y.add(bias.reshape(channels, 1, 1));
  }

  /// As the general form, without extra rows and columns.
  ///
  /// @param x `[B, C, H, W]`, f32
  /// @param weight `[C, O / G, KH, KW]`, f32
  /// @param bias `[O]`, or null for none
  /// @param g strides, padding, dilation and groups
  /// @return `[B, O, ...]`
  /// @throws ShapeException if the shapes do not fit together or nothing is left
  public static Tensor apply(
      Tensor x, Tensor weight, @Nullable Tensor bias, ConvolutionGeometry g) {
    return apply(x, weight, bias, g, 0, 0);
  }

  private static long size(long inputs, int stride, int dilation, long kernel) {
    return (inputs - 1) * stride + dilation * (kernel - 1) + 1;
  }

  private static void checkExtra(ConvolutionGeometry g, int height, int width) {
    if (height < 0
        || width < 0
        || height >= Math.max(g.strideY(), g.dilationY())
        || width >= Math.max(g.strideX(), g.dilationX())) {
      throw new ShapeException(
          "convTranspose2d: extra size out of range; %d, %d; need less than stride or dilation, %s"
              .formatted(height, width, g));
    }
  }
}
