package dev.jacquard.models.eval.golden.ops;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ConvolutionGeometry;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.op.AveragePool2dOp;
import dev.jacquard.tensor.op.Interpolation;
import dev.jacquard.tensor.op.MaxPool2dOp;
import dev.jacquard.tensor.op.PixelShuffleOp;
import dev.jacquard.tensor.op.ResizeOp;
import java.io.IOException;

/// Group `resize`.
final class ResizeCases {
  private ResizeCases() {}

  static OpTable table() {
    return new OpTable()
        .one("interpolate", c -> ResizeOp.apply(c.x(), interpolation(c), c.integers("size")))
        .one("adaptive_avg_pool2d", ResizeCases::adaptiveAverage)
        .one("avg_pool2d", ResizeCases::average)
        .one("max_pool2d", ResizeCases::max)
        .one("pixel_shuffle", c -> PixelShuffleOp.apply(c.x(), c.integer("factor")))
        .one("pixel_unshuffle", c -> PixelShuffleOp.inverse(c.x(), c.integer("factor")));
  }

  private static Tensor adaptiveAverage(OpArguments c) throws IOException {
    return ResizeOp.apply(c.x(), Interpolation.AREA, c.integers("size"));
  }

  private static Tensor average(OpArguments c) throws IOException {
    int[] kernel = c.integers("kernel", 2, 1);
    return AveragePool2dOp.apply(c.x(), kernel[0], kernel[1], geometry(c));
  }

  private static Tensor max(OpArguments c) throws IOException {
    int[] kernel = c.integers("kernel", 2, 1);
    return MaxPool2dOp.apply(c.x(), kernel[0], kernel[1], geometry(c));
  }

  private static ConvolutionGeometry geometry(OpArguments c) throws IOException {
    int[] stride = c.integers("stride", 2, 1);
    int[] padding = c.integers("padding", 2, 0);
    return ConvolutionGeometry.PLAIN
        .withStride(stride[0], stride[1])
        .withPadding(padding[0], padding[1]);
  }

  private static Interpolation interpolation(OpArguments c) throws IOException {
    boolean aligned = c.flag("align_corners");
    boolean antialiased = c.flag("antialias");
    return switch (c.text("mode")) {
      case "nearest" -> Interpolation.NEAREST;
      case "nearest-exact" -> Interpolation.NEAREST_EXACT;
      case "area" -> Interpolation.AREA;
      case "linear", "bilinear" ->
          aligned
              ? Interpolation.LINEAR_ALIGNED
              : antialiased ? Interpolation.LINEAR_ANTIALIASED : Interpolation.LINEAR;
      case "bicubic" ->
          aligned
              ? Interpolation.CUBIC_ALIGNED
              : antialiased ? Interpolation.CUBIC_ANTIALIASED : Interpolation.CUBIC;
      default -> throw new CheckpointException("unknown mode " + c.text("mode"), "index.json");
    };
  }
}
