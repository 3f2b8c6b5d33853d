package dev.jacquard.tensor.conformance;

import static dev.jacquard.tensor.conformance.Layout.PLAIN;

import dev.jacquard.tensor.backend.ConvolutionGeometry;
import dev.jacquard.tensor.shape.Shape;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// `ConvolutionKernels`: every stride, padding, dilation and group count against the sum of the
/// definition; sizes that fill blocks of 64 pixels, 768 taps and 192 taps, and that do not.
public interface ConvolutionConformance {
  Lab lab();

  /// Sizes of one case; letters as in `ConvolutionKernels`.
  record Case(int b, int c, int h, int w, int o, int kh, int kw, ConvolutionGeometry g) {
    Shape x() {
      return Shape.of(b, c, h, w);
    }

    Shape weight() {
      return Shape.of(o, c / g.groups(), kh, kw);
    }

    Shape y() {
      return Shape.of(b, o, g.outputHeight(h, kh), g.outputWidth(w, kw));
    }
  }

  static List<Case> cases() {
    ConvolutionGeometry plain = ConvolutionGeometry.PLAIN;
    return List.of(
        new Case(1, 1, 1, 1, 1, 1, 1, plain),
        new Case(2, 3, 7, 5, 4, 1, 1, plain),
        new Case(2, 3, 8, 8, 5, 3, 3, ConvolutionGeometry.of(1, 1)),
        new Case(3, 8, 4, 4, 16, 3, 3, ConvolutionGeometry.of(1, 1)), // images share a panel
        new Case(1, 90, 9, 17, 70, 3, 3, ConvolutionGeometry.of(1, 1)), // 810 taps, 153 pixels
        new Case(2, 4, 33, 31, 7, 3, 3, ConvolutionGeometry.of(2, 1)),
        new Case(1, 2, 7, 67, 5, 1, 1, ConvolutionGeometry.of(2, 0)), // up to the last element
        new Case(1, 40, 9, 8, 3, 3, 3, ConvolutionGeometry.of(1, 1)), // fewer rows than a tile
        new Case(2, 6, 11, 13, 6, 4, 2, ConvolutionGeometry.of(3, 2).withPadding(0, 1, 2, 0)),
        new Case(2, 6, 9, 10, 9, 3, 2, plain.withDilation(2, 3).withPadding(2, 3)),
        new Case(2, 6, 9, 10, 8, 3, 3, ConvolutionGeometry.of(2, 1).withDilation(2, 2)),
        new Case(2, 6, 9, 10, 9, 3, 3, ConvolutionGeometry.of(1, 1).withGroups(3)),
        new Case(2, 5, 9, 35, 5, 3, 3, ConvolutionGeometry.of(1, 1).withGroups(5)),
        new Case(2, 5, 9, 35, 10, 3, 3, ConvolutionGeometry.of(2, 1).withGroups(5)),
        new Case(2, 4, 6, 6, 5, 2, 2, ConvolutionGeometry.of(5, 0)), // pixels that no window meets
        new Case(2, 6, 1, 50, 6, 1, 4, plain.withPadding(0, 3, 0, 0).withGroups(6)), // causal
        new Case(1, 3, 2, 2, 4, 1, 1, ConvolutionGeometry.of(1, 3)), // windows of zeros only
        new Case(0, 3, 5, 5, 4, 3, 3, ConvolutionGeometry.of(1, 1)));
  }

  @ParameterizedTest
  @MethodSource("dev.jacquard.tensor.conformance.ConvolutionConformance#cases")
  default void convolutionSumsProducts(Case c) {
    double[] x = Numbers.normal("convolution x", c.x().numel());
    double[] w = Numbers.normal("convolution w", c.weight().numel());
    double[] y = Numbers.normal("convolution y", c.y().numel());
    double[] bias = Numbers.normal("convolution bias", c.o);
    double[] ySum = new double[y.length];
    double[] xSum = new double[x.length];
    double[] wSum = new double[w.length];
    for (int i = 0; i < y.length; i++) {
      ySum[i] = bias[(int) (i / c.y().dim(3) / c.y().dim(2) % c.o)];
    }
    sum(c, x, w, y, xSum, wSum, ySum);
    // Sums of up to 810 products, in another order: errors grow with their magnitudes.
    double atol = 1e-4;
    Expect.close("y with bias " + c, output(c, x, w, bias), ySum, 1e-5, atol);
    Expect.close("x " + c, input(c, y, w), xSum, 1e-5, atol);
    Expect.close("w " + c, weight(c, y, x), wSum, 1e-5, atol);
  }

  private float[] output(Case c, double[] x, double[] w, double[] bias) {
    return lab()
        .runOne(
            c.y(),
            (be, out) ->
                be.convolution()
                    .output(
                        PLAIN.lay(be, c.x(), x),
                        PLAIN.lay(be, c.weight(), w),
                        PLAIN.lay(be, Shape.of(c.o), bias),
                        c.g,
                        out[0]));
  }

  private float[] input(Case c, double[] y, double[] w) {
    return lab()
        .runOne(
            c.x(),
            (be, out) ->
                be.convolution()
                    .input(PLAIN.lay(be, c.y(), y), PLAIN.lay(be, c.weight(), w), c.g, out[0]));
  }

  private float[] weight(Case c, double[] y, double[] x) {
    return lab()
        .runOne(
            c.weight(),
            (be, out) ->
                be.convolution()
                    .weight(PLAIN.lay(be, c.y(), y), PLAIN.lay(be, c.x(), x), c.g, out[0]));
  }

  /// Adds each product to the sums of its three tensors.
  private static void sum(
      Case c, double[] x, double[] w, double[] y, double[] xSum, double[] wSum, double[] ySum) {
    int p = (int) c.y().dim(2);
    int q = (int) c.y().dim(3);
    int cg = c.c / c.g.groups();
    for (int yi = 0; yi < y.length; yi++) {
      int o = yi / q / p % c.o;
      for (int k = 0; k < cg * c.kh * c.kw; k++) {
        int iy = yi / q % p * c.g.strideY() + k / c.kw % c.kh * c.g.dilationY() - c.g.top();
        int ix = yi % q * c.g.strideX() + k % c.kw * c.g.dilationX() - c.g.left();
        if (iy >= 0 && iy < c.h && ix >= 0 && ix < c.w) {
          int channel = o / (c.o / c.g.groups()) * cg + k / c.kw / c.kh;
          int xi = ((yi / q / p / c.o * c.c + channel) * c.h + iy) * c.w + ix;
          int wi = o * cg * c.kh * c.kw + k;
          ySum[yi] += x[xi] * w[wi];
          xSum[xi] += y[yi] * w[wi];
          wSum[wi] += y[yi] * x[xi];
        }
      }
    }
  }
}
