package dev.jacquard.tensor.op;

import dev.jacquard.tensor.backend.ConvolutionGeometry;
import dev.jacquard.tensor.conformance.Lab;
import dev.jacquard.tensor.conformance.OpCheck;
import org.junit.jupiter.api.Test;

/// Pictures in another size. The numbers of the other methods are checked against PyTorch's.
public interface ResizeOpConformance {
  Lab lab();

  @Test
  default void resizeOpDrawsLinesBetweenPixels() {
    new OpCheck(lab(), "resize linear")
        .input(2, 3, 4)
        .run(
            x -> ResizeOp.apply(x[0], Interpolation.LINEAR, 8),
            x -> {
              double[] y = new double[48];
              for (int i = 0; i < 48; i++) {
                int row = i / 8 * 4;
                double position = Math.clamp((i % 8 + 0.5) / 2 - 0.5, 0, 3);
                int left = (int) Math.min(position, 2);
                double right = position - left;
                y[i] = (1 - right) * x[0][row + left] + right * x[0][row + left + 1];
              }
              return y;
            },
            2,
            3,
            8);
  }

  @Test
  default void averagePool2dOpCountsPaddingAsZeros() {
    new OpCheck(lab(), "averagePool2d")
        .input(2, 3, 4)
        .run(
            x -> AveragePool2dOp.apply(x[0], 3, 3, ConvolutionGeometry.of(1, 1)),
            x -> {
              double[] y = new double[24];
              for (int i = 0; i < 24 * 9; i++) {
                int row = i / 9 / 4 % 3 + i / 3 % 3 - 1;
                int column = i / 9 % 4 + i % 3 - 1;
                if (row >= 0 && row < 3 && column >= 0 && column < 4) {
                  y[i / 9] += x[0][i / 9 / 12 * 12 + row * 4 + column] / 9;
                }
              }
              return y;
            },
            2,
            3,
            4);
  }

  @Test
  default void maxPool2dOpKeepsTheLargest() {
    new OpCheck(lab(), "maxPool2d")
        .input(2, 1, 4, 6)
        .run(
            x -> MaxPool2dOp.apply(x[0], 2, 3, ConvolutionGeometry.PLAIN.withStride(2, 3)),
            x -> {
              double[] y = new double[8];
              java.util.Arrays.fill(y, Double.NEGATIVE_INFINITY);
              for (int i = 0; i < 48; i++) {
                int window = (i / 24 * 2 + i / 6 % 4 / 2) * 2 + i % 6 / 3;
                y[window] = Math.max(y[window], x[0][i]);
              }
              return y;
            },
            2,
            1,
            2,
            2);
  }

  @Test
  default void pixelShuffleOpMovesChannelsIntoPixels() {
    new OpCheck(lab(), "pixelShuffle")
        .input(2, 8, 3, 5)
        .run(
            x -> PixelShuffleOp.apply(x[0], 2),
            x -> {
              double[] y = new double[240];
              for (int i = 0; i < 240; i++) { // x: [2, 2, 2, 2, 3, 5] by image, c, i, j, h, w
                int plane = i / 60;
                int row = i / 15 / 2 % 2 + 2 * (i / 5 % 3);
                int column = i / 15 % 2 + 2 * (i % 5);
                y[(plane * 6 + row) * 10 + column] = x[0][i];
              }
              return y;
            },
            2,
            2,
            6,
            10);
  }

  @Test
  default void pixelShuffleOpIsInverted() {
    new OpCheck(lab(), "pixelShuffle inverse")
        .input(1, 2, 6, 9)
        .run(
            x -> PixelShuffleOp.apply(PixelShuffleOp.inverse(x[0], 3), 3),
            x -> x[0].clone(),
            1,
            2,
            6,
            9);
  }
}
