package dev.jacquard.tensor.op;

import dev.jacquard.tensor.backend.ConvolutionGeometry;
import dev.jacquard.tensor.conformance.Lab;
import dev.jacquard.tensor.conformance.OpCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Convolutions of one and two dimensions, transposed ones, and windows.
public interface ConvolutionOpConformance {
  Lab lab();

  @ParameterizedTest
  @CsvSource({"1, 1, 1, 1", "2, 1, 1, 1", "1, 2, 2, 1", "2, 1, 0, 2"})
  default void conv2dOpSumsWindows(int stride, int dilation, int padding, int groups) {
    ConvolutionGeometry g =
        ConvolutionGeometry.of(stride, padding).withDilation(dilation, dilation).withGroups(groups);
    long p = g.outputHeight(6, 3);
    long q = g.outputWidth(7, 3);
    new OpCheck(lab(), "conv2d " + g)
        .input(2, 4, 6, 7)
        .input(6, 4 / groups, 3, 3)
        .input(6)
        .tolerance(5e-5) // gradients of weights are sums over up to 84 pixels
        .run(
            x -> Conv2dOp.apply(x[0], x[1], x[2], g),
            x -> {
              double[] y = new double[(int) (12 * p * q)];
              for (int i = 0; i < y.length; i++) {
                int o = (int) (i / q / p) % 6;
                y[i] = x[2][o];
                for (int k = 0; k < 36 / groups; k++) {
                  int iy = (int) (i / q % p) * stride + k / 3 % 3 * dilation - padding;
                  int ix = (int) (i % q) * stride + k % 3 * dilation - padding;
                  if (iy >= 0 && iy < 6 && ix >= 0 && ix < 7) {
                    int c = o / (6 / groups) * (4 / groups) + k / 9;
                    int image = (int) (i / q / p / 6);
                    y[i] += x[0][((image * 4 + c) * 6 + iy) * 7 + ix] * x[1][o * 36 / groups + k];
                  }
                }
              }
              return y;
            },
            2,
            6,
            p,
            q);
  }

  @ParameterizedTest
  @CsvSource({"1, 0, 0", "2, 1, 0", "2, 1, 1", "3, 0, 2"})
  default void convTranspose2dOpSpreadsPixels(int stride, int padding, int extra) {
    ConvolutionGeometry g = ConvolutionGeometry.of(stride, padding);
    int p = 3 * stride - 2 * padding + 3 + extra;
    int q = 4 * stride - 2 * padding + 3 + extra;
    new OpCheck(lab(), "convTranspose2d %s %d".formatted(g, extra))
        .input(2, 5, 4, 5)
        .input(5, 3, 3, 3)
        .input(3)
        .tolerance(5e-5) // gradients of the bias are sums over up to 600 pixels
        .run(
            x -> ConvTranspose2dOp.apply(x[0], x[1], x[2], g, extra, extra),
            x -> {
              double[] y = new double[2 * 3 * p * q];
              for (int i = 0; i < y.length; i++) {
                y[i] = x[2][i / p / q % 3];
              }
              for (int i = 0; i < x[0].length; i++) {
                for (int k = 0; k < 27; k++) {
                  int oy = i / 5 % 4 * stride + k / 3 % 3 - padding;
                  int ox = i % 5 * stride + k % 3 - padding;
                  if (oy >= 0 && oy < p && ox >= 0 && ox < q) {
                    int plane = i / 100 * 3 + k / 9;
                    y[(plane * p + oy) * q + ox] += x[0][i] * x[1][i / 20 % 5 * 27 + k];
                  }
                }
              }
              return y;
            },
            2,
            3,
            p,
            q);
  }

  @Test
  default void conv1dOpIsCausalWithZerosBefore() {
    new OpCheck(lab(), "conv1d")
        .input(2, 6, 7)
        .input(6, 1, 4)
        .input(6)
        .run(
            x -> Conv1dOp.apply(x[0], x[1], x[2], 1, 3, 0, 1, 6),
            x -> {
              double[] y = new double[x[0].length];
              for (int i = 0; i < y.length; i++) {
                int c = i / 7 % 6;
                y[i] = x[2][c];
                for (int k = 0; k < 4; k++) {
                  if (i % 7 + k >= 3) {
                    y[i] += x[0][i + k - 3] * x[1][4 * c + k];
                  }
                }
              }
              return y;
            },
            2,
            6,
            7);
  }

  @Test
  default void unfoldOpCutsWindows() {
    ConvolutionGeometry g = ConvolutionGeometry.of(2, 1);
    new OpCheck(lab(), "unfold")
        .input(2, 3, 5, 6)
        .run(
            x -> UnfoldOp.apply(x[0], 3, 2, g),
            x -> {
              double[] y = new double[2 * 18 * 12];
              for (int i = 0; i < y.length; i++) {
                int k = i / 12 % 18;
                int iy = i % 12 / 4 * 2 + k / 2 % 3 - 1;
                int ix = i % 4 * 2 + k % 2 - 1;
                if (iy >= 0 && iy < 5 && ix >= 0 && ix < 6) {
                  y[i] = x[0][((i / 12 / 18 * 3 + k / 6) * 5 + iy) * 6 + ix];
                }
              }
              return y;
            },
            2,
            18,
            12);
  }
}
