package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.ConvolutionGeometry;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import dev.jacquard.tensor.shape.Shapes;
import java.util.List;

/// The largest pixel of each window of images.
public final class MaxPool2dOp {
  private MaxPool2dOp() {}

  /// Takes maxima; padding never counts, and of equal pixels the first gets the gradient.
  ///
  /// @param x `[..., H, W]`, f32
  /// @param height rows of a window
  /// @param width columns of a window
  /// @param g how the window moves; without dilation, padding less than the window
  /// @return `[..., P, Q]`, sizes by [ConvolutionGeometry#outputHeight] and `outputWidth`
  /// @throws ShapeException if the window exceeds the padded image or lies in the padding
  public static Tensor apply(Tensor x, int height, int width, ConvolutionGeometry g) {
    check("maxPool2d", x, height, width);
    int rows = outputs("maxPool2d", x, -2, g.outputHeight(x.shape().dim(-2), height));
    int columns = outputs("maxPool2d", x, -1, g.outputWidth(x.shape().last(), width));
    if (Math.max(g.top(), g.bottom()) >= height || Math.max(g.left(), g.right()) >= width) {
      throw new ShapeException(
          "maxPool2d: a window lies in the padding; window %d x %d, %s; need less padding"
              .formatted(height, width, g));
    }
    long planes = x.shape().dropLast().dropLast().numel();
    Tensor images = x.reshape(planes, x.shape().dim(-2), x.shape().last());
    Tensor y = Tensor.empty(x.backend(), Shape.of(planes, rows, columns));
    Tensor index = Tensor.empty(x.backend(), DType.I32, y.shape());
    x.backend().resize().maxPool(images, height, width, g, y, index);
    Tape.record(
        "maxPool2d",
        y,
        List.of(images),
        dy -> {
          Tensor dx = Tensor.emptyLike(images);
          x.backend().resize().maxPoolBackward(dy, index, dx);
          return List.of(dx);
        });
    return y.reshape(x.shape().with(-2, rows).with(-1, columns).toArray());
  }

  /// Checks the size of a result.
  static void check(String op, Tensor x, int height, int width) {
    Broadcasting.requireF32(op, "x", x);
    Shapes.requireRankAtLeast(op, "x", x.shape(), 2);
    if (height < 1 || width < 1) {
      throw new ShapeException(
          "%s: empty window; %d x %d; need 1 x 1 at least".formatted(op, height, width));
    }
  }

  static int outputs(String op, Tensor x, int axis, long size) {
    if (size < 1) {
      throw new ShapeException(
          "%s: window exceeds the padded image; x %s, axis %d; need a larger image or padding"
              .formatted(op, x.shape(), axis));
    }
    return (int) size;
  }
}
