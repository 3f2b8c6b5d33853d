package dev.jacquard.models.eval.golden.ops;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ConvolutionGeometry;
import dev.jacquard.tensor.op.Conv1dOp;
import dev.jacquard.tensor.op.Conv2dOp;
import dev.jacquard.tensor.op.ConvTranspose2dOp;
import dev.jacquard.tensor.op.UnfoldOp;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Group `conv`.
final class ConvolutionCases {
  private ConvolutionCases() {}

  static OpTable table() {
    return new OpTable()
        .one("conv2d", c -> Conv2dOp.apply(c.x(), c.tensor("w"), bias(c), geometry(c)))
        .one("conv1d", ConvolutionCases::causal)
        .one("conv_transpose2d", ConvolutionCases::transposed)
        .one("unfold", ConvolutionCases::unfold);
  }

  /// The padding after the last position would only make outputs that the case cuts off.
  private static Tensor causal(OpArguments c) throws IOException {
    return Conv1dOp.apply(
        c.x(), c.tensor("w"), bias(c), 1, c.integer("padding"), 0, 1, c.integer("groups"));
  }

  private static Tensor transposed(OpArguments c) throws IOException {
    int[] extra = c.integers("output_padding", 2, 0);
    return ConvTranspose2dOp.apply(c.x(), c.tensor("w"), bias(c), geometry(c), extra[0], extra[1]);
  }

  private static Tensor unfold(OpArguments c) throws IOException {
    int[] kernel = c.integers("kernel", 2, 1);
    return UnfoldOp.apply(c.x(), kernel[0], kernel[1], geometry(c));
  }

  private static @Nullable Tensor bias(OpArguments c) throws IOException {
    return c.has("b") ? c.tensor("b") : null;
  }

  private static ConvolutionGeometry geometry(OpArguments c) throws IOException {
    int[] stride = c.integers("stride", 2, 1);
    int[] padding = c.integers("padding", 2, 0);
    int[] dilation = c.integers("dilation", 2, 1);
    ConvolutionGeometry g =
        ConvolutionGeometry.PLAIN
            .withStride(stride[0], stride[1])
            .withPadding(padding[0], padding[1])
            .withDilation(dilation[0], dilation[1])
            .withGroups(c.integer("groups", 1));
    if (c.isGiven("pad")) {
      int[] pad = c.integers("pad"); // left, right, top, bottom
      return g.withPadding(pad[2], pad[0], pad[3], pad[1]);
    }
    return g;
  }
}
