package dev.jacquard.models.eval;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.ConvolutionGeometry;
import dev.jacquard.tensor.op.Conv2dOp;
import dev.jacquard.tensor.op.LeakyReluOp;
import dev.jacquard.tensor.op.RearrangeOp;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.List;

/// A convolutional network that nobody trained: what stands in for a trained one where no weights
/// are given.
///
/// Three 3x3 convolutions of 16, 32 and 64 channels, the later two with stride 2, each followed by
/// a leaky ReLU. Rows of a weight are orthogonal as far as there is room, so that nothing of a
/// patch is lost before the first bend. Distances between such features follow edges and textures
/// at three sizes; they are not LPIPS, and a Fréchet distance of them is not FID.
///
/// The weights depend on the seed alone. Memory belongs to the scope that is open at construction.
public final class RandomFeatureNet implements FeatureNet {
  private static final int[] WIDTHS = {3, 16, 32, 64};
  private static final float SLOPE = 0.2f;

  private final List<Tensor> weights = new ArrayList<>();
  private final String hash;

  /// Makes the network.
  ///
  /// @param backend who computes
  /// @param seed number that fixes the weights
  public RandomFeatureNet(Backend backend, long seed) {
    Hash all = new Hash();
    for (int i = 1; i < WIDTHS.length; i++) {
      int inputs = WIDTHS[i - 1] * 9;
      float[] rows = orthogonal(WIDTHS[i], inputs, RandomStream.of(seed).split(i));
      weights.add(Tensor.of(backend, Shape.of(WIDTHS[i], WIDTHS[i - 1], 3, 3), rows));
      all.add(rows);
    }
    this.hash = all.text();
  }

  /// Rows of length √2, each orthogonal to those before it while there are fewer than its length.
  private static float[] orthogonal(int rows, int length, RandomStream random) {
    double[][] w = new double[rows][length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < length; j++) {
        w[i][j] = random.normal((long) i * length + j);
      }
      for (int k = i - i % length; k < i; k++) {
        double along = dot(w[i], w[k]) / dot(w[k], w[k]);
        for (int j = 0; j < length; j++) {
          w[i][j] -= along * w[k][j];
        }
      }
    }
    float[] flat = new float[rows * length];
    for (int i = 0; i < flat.length; i++) {
      double[] row = w[i / length];
      flat[i] = (float) (row[i % length] * Math.sqrt(2 / dot(row, row)));
    }
    return flat;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @Override
  public String name() {
    return "random-conv";
  }

  @Override
  public String hash() {
    return hash;
  }

  @Override
  public List<Tensor> features(Tensor images) {
    Tensor x = images.shape().dim(1) == 3 ? images : RearrangeOp.repeat(images, 1, 3);
    List<Tensor> maps = new ArrayList<>();
    for (int i = 0; i < weights.size(); i++) {
      int stride = i == 0 ? 1 : 2;
      ConvolutionGeometry g = ConvolutionGeometry.of(stride, 1);
      x = LeakyReluOp.apply(Conv2dOp.apply(x, weights.get(i), null, g), SLOPE);
      maps.add(x);
    }
    return maps;
  }
}
