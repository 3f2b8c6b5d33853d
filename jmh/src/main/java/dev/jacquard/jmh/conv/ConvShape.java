package dev.jacquard.jmh.conv;

import dev.jacquard.jmh.Numbers;
import java.util.Arrays;

/// Sizes of a 3x3 convolution with stride 1 and padding 1.
///
/// @param batch images
/// @param channels of the input, `C`
/// @param outputs channels of the output, `O`
/// @param side rows and columns of input and output
record ConvShape(int batch, int channels, int outputs, int side) {
  /// Reads `BxCxOxside`.
  static ConvShape parse(String text) {
    int[] sizes = Arrays.stream(text.split("x")).mapToInt(Integer::parseInt).toArray();
    return new ConvShape(sizes[0], sizes[1], sizes[2], sizes[3]);
  }

  long[] input() {
    return new long[] {batch, channels, side, side};
  }

  long[] weight() {
    return new long[] {outputs, channels, 3, 3};
  }

  long[] output() {
    return new long[] {batch, outputs, side, side};
  }

  /// Checks the last pixel of the last channel, in the corner: there four of nine weights meet a
  /// pixel.
  void checkOutput(float[] x, float[] w, float[] y) {
    double expected = 0;
    for (int c = 0; c < channels; c++) {
      for (int ky = 0; ky < 2; ky++) {
        for (int kx = 0; kx < 2; kx++) {
          int pixel = (side - 2 + ky) * side + side - 2 + kx;
          int plane = (batch - 1) * channels + c;
          int weight = (outputs - 1) * channels + c;
          expected += (double) x[plane * side * side + pixel] * w[weight * 9 + 3 * ky + kx];
        }
      }
    }
    Numbers.requireClose("conv, last pixel", y[y.length - 1], expected, 1e-4);
  }

  /// Checks the last pixel of the gradient by the input, where the gradient of the output is `y`.
  void checkInputGradient(float[] w, float[] y, float[] dx) {
    double expected = 0;
    for (int o = 0; o < outputs; o++) {
      for (int ky = 1; ky < 3; ky++) {
        for (int kx = 1; kx < 3; kx++) {
          int pixel = (side - ky) * side + side - kx;
          int plane = (batch - 1) * outputs + o;
          int weight = o * channels + channels - 1;
          expected += (double) y[plane * side * side + pixel] * w[weight * 9 + 3 * ky + kx];
        }
      }
    }
    Numbers.requireClose("conv, last pixel of dx", dx[dx.length - 1], expected, 1e-2);
  }

  /// Checks the middle of the last kernel's gradient, where the gradient of the output is `y`.
  void checkWeightGradient(float[] x, float[] y, float[] dw) {
    double expected = 0;
    for (int b = 0; b < batch; b++) {
      int xFrom = (b * channels + channels - 1) * side * side;
      int yFrom = (b * outputs + outputs - 1) * side * side;
      expected += Numbers.dot(x, xFrom, 1, y, yFrom, 1, side * side);
    }
    Numbers.requireClose("conv, middle of last dw", dw[dw.length - 5], expected, 5e-2);
  }
}
