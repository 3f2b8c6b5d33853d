package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ConvolutionGeometry;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.Shapes;

/// The windows of images, each as a column: a convolution whose weights pick single pixels.
public final class UnfoldOp {
  private UnfoldOp() {}

  /// Cuts images into windows, which may overlap.
  ///
  /// @param x `[B, C, H, W]`, f32
  /// @param height rows of a window, `KH`
  /// @param width columns of a window, `KW`
  /// @param g how the window moves; one group
  /// @return `[B, C · KH · KW, P · Q]`, windows in row-major order
  /// @throws dev.jacquard.tensor.shape.ShapeException if the window exceeds the padded image
  public static Tensor apply(Tensor x, int height, int width, ConvolutionGeometry g) {
    Shapes.requireRank("unfold", "x", x.shape(), 4);
    MaxPool2dOp.check("unfold", x, height, width);
    MaxPool2dOp.outputs("unfold", x, -2, g.outputHeight(x.shape().dim(-2), height));
    MaxPool2dOp.outputs("unfold", x, -1, g.outputWidth(x.shape().last(), width));
    int channels = x.shape().intDim(1);
    int taps = height * width;
    float[] picks = new float[channels * taps * taps];
    for (int i = 0; i < channels * taps; i++) {
      picks[i * taps + i % taps] = 1; // output c·taps + k is pixel k of channel c
    }
    Shape shape = Shape.of((long) channels * taps, 1, height, width);
    Tensor y =
        Conv2dOp.apply(x, Tensor.of(x.backend(), shape, picks), null, g.withGroups(channels));
    return y.reshape(y.shape().dim(0), y.shape().dim(1), y.shape().dim(2) * y.shape().dim(3));
  }
}
