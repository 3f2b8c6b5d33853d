package dev.jacquard.tensor.backend.reference;

import dev.jacquard.tensor.backend.ConvolutionGeometry;
import dev.jacquard.tensor.backend.ConvolutionKernels;
import dev.jacquard.tensor.backend.TensorView;
import org.jspecify.annotations.Nullable;

/// Convolution, product by product.
final class ReferenceConvolution implements ConvolutionKernels {
  @Override
  public void output(
      TensorView x, TensorView w, @Nullable TensorView bias, ConvolutionGeometry g, TensorView y) {
    double[] xv = Elements.read(x);
    double[] wv = Elements.read(w);
    double[] yv = new double[Math.toIntExact(y.shape().numel())];
    forEachProduct(x, w, g, y, (xi, wi, yi) -> yv[yi] += xv[xi] * wv[wi]);
    if (bias != null) {
      double[] bv = Elements.read(bias);
      int plane = y.shape().intDim(2) * y.shape().intDim(3);
      for (int i = 0; i < yv.length; i++) {
        yv[i] += bv[i / plane % bv.length];
      }
    }
    Elements.write(yv, y);
  }

  @Override
  public void input(TensorView y, TensorView w, ConvolutionGeometry g, TensorView x) {
    double[] yv = Elements.read(y);
    double[] wv = Elements.read(w);
    double[] xv = new double[Math.toIntExact(x.shape().numel())];
    forEachProduct(x, w, g, y, (xi, wi, yi) -> xv[xi] += yv[yi] * wv[wi]);
    Elements.write(xv, x);
  }

  @Override
  public void weight(TensorView y, TensorView x, ConvolutionGeometry g, TensorView w) {
    double[] yv = Elements.read(y);
    double[] xv = Elements.read(x);
    double[] wv = new double[Math.toIntExact(w.shape().numel())];
    forEachProduct(x, w, g, y, (xi, wi, yi) -> wv[wi] += yv[yi] * xv[xi]);
    Elements.write(wv, w);
  }

  /// Receives the positions of the three elements of a product.
  @FunctionalInterface
  private interface Product {
    void at(int x, int w, int y);
  }

  private static void forEachProduct(
      TensorView x, TensorView w, ConvolutionGeometry g, TensorView y, Product product) {
    int height = x.shape().intDim(2);
    int width = x.shape().intDim(3);
    int channels = x.shape().intDim(1);
    int channelsOfGroup = w.shape().intDim(1);
    int outputs = w.shape().intDim(0);
    int outputsOfGroup = outputs / g.groups();
    int kernelHeight = w.shape().intDim(2);
    int kernelWidth = w.shape().intDim(3);
    int yi = 0;
    for (int b = 0; b < y.shape().dim(0); b++) {
      for (int o = 0; o < outputs; o++) {
        for (int oy = 0; oy < y.shape().dim(2); oy++) {
          for (int ox = 0; ox < y.shape().dim(3); ox++, yi++) {
            int wi = o * channelsOfGroup * kernelHeight * kernelWidth;
            for (int c = 0; c < channelsOfGroup; c++) {
              int plane = (b * channels + o / outputsOfGroup * channelsOfGroup + c) * height;
              for (int ky = 0; ky < kernelHeight; ky++) {
                int iy = oy * g.strideY() + ky * g.dilationY() - g.top();
                for (int kx = 0; kx < kernelWidth; kx++, wi++) {
                  int ix = ox * g.strideX() + kx * g.dilationX() - g.left();
                  if (iy >= 0 && iy < height && ix >= 0 && ix < width) {
                    product.at((plane + iy) * width + ix, wi, yi);
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}
