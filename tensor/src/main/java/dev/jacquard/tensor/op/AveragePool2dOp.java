package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ConvolutionGeometry;
import dev.jacquard.tensor.shape.ShapeException;

/// The mean of each window of images, one axis after the other.
public final class AveragePool2dOp {
  private AveragePool2dOp() {}

  /// Averages windows; pixels of the padding count as zeros.
  ///
  /// @param x `[..., H, W]`, f32
  /// @param height rows of a window
  /// @param width columns of a window
  /// @param g how the window moves; without dilation
  /// @return `[..., P, Q]`, sizes by [ConvolutionGeometry#outputHeight] and `outputWidth`
  /// @throws ShapeException if the window exceeds the padded image
  public static Tensor apply(Tensor x, int height, int width, ConvolutionGeometry g) {
    MaxPool2dOp.check("averagePool2d", x, height, width);
    int rows =
        MaxPool2dOp.outputs("averagePool2d", x, -2, g.outputHeight(x.shape().dim(-2), height));
    int columns =
        MaxPool2dOp.outputs("averagePool2d", x, -1, g.outputWidth(x.shape().last(), width));
    int h = x.shape().intDim(-2);
    int w = x.shape().intDim(-1);
    int axis = x.shape().axis(-2);
    Tensor y = ResizeOp.along(x, axis, Resampling.window(h, rows, height, g.strideY(), g.top()));
    return ResizeOp.along(y, axis + 1, Resampling.window(w, columns, width, g.strideX(), g.left()));
  }
}
