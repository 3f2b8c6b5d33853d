package dev.jacquard.models.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.jacquard.models.data.Picture;
import dev.jacquard.models.data.PictureTensors;
import dev.jacquard.models.data.TestPictures;
import dev.jacquard.tensor.autograd.GradCheck;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.backend.reference.ReferenceBackend;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.random.RandomStream;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Distances between sets, against closed forms and hand-made sets.
class SetDistancesTest {
  private static double[][] cloud(long seed, int n, int d, double shift, double scale) {
    double[][] x = new double[n][d];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < d; j++) {
        x[i][j] = shift + scale * RandomStream.of(seed).normal((long) i * d + j);
      }
    }
    return x;
  }

  /// Four points whose covariance is exactly `A Aᵀ`, for a 2x2 matrix `A`.
  private static double[][] exact(double mx, double my, double a, double b, double c, double d) {
    double r = Math.sqrt(1.5); // Σ over ± r of both axes, divided by n - 1 = 3, is 1
    double[][] unit = {{r, 0}, {-r, 0}, {0, r}, {0, -r}};
    return IntStream.range(0, 4)
        .mapToObj(
            i ->
                new double[] {
                  mx + a * unit[i][0] + b * unit[i][1], my + c * unit[i][0] + d * unit[i][1]
                })
        .toArray(double[][]::new);
  }

  /// In two dimensions `tr (S₁^½ S₂ S₁^½)^½ = √(tr(S₁ S₂) + 2 √(det S₁ det S₂))`.
  @Test
  void frechetDistanceHasItsClosedForm() {
    double[][] x = exact(1, 2, 2, .5, -1, 1);
    double[][] y = exact(0, 4, .3, 1, 1.5, -2);
    double[][] s = {{4.25, -1.5}, {-1.5, 2}};
    double[][] t = {{1.09, -1.55}, {-1.55, 6.25}};
    double trace = 0;
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 2; j++) {
        trace += s[i][j] * t[j][i];
      }
    }
    double dets = (4.25 * 2 - 2.25) * (1.09 * 6.25 - 1.55 * 1.55);
    double expected = 1 + 4 + 6.25 + 7.34 - 2 * Math.sqrt(trace + 2 * Math.sqrt(dets));
    assertThat(FrechetDistance.of(x, y)).isCloseTo(expected, within(1e-9));
    assertThat(FrechetDistance.of(y, x)).isCloseTo(expected, within(1e-9));
    assertThat(FrechetDistance.of(x, x)).isCloseTo(0, within(1e-9));
  }

  @Test
  void frechetDistanceOfNormalClouds() {
    int d = 6;
    double[][] x = cloud(1, 20_000, d, 0, 1);
    double[][] y = cloud(2, 20_000, d, .5, 1.7);
    double expected = d * .25 + d * .7 * .7; // |δ|² + d (1 - s)²
    assertThat(FrechetDistance.of(x, y)).isCloseTo(expected, within(.03 * expected));
  }

  @Test
  void rootsSquareToTheMatrix() {
    double[][] x = cloud(3, 12, 12, 0, 1);
    double[][] s = new double[12][12];
    for (double[] row : x) {
      for (int i = 0; i < 12; i++) {
        for (int j = 0; j < 12; j++) {
          s[i][j] += row[i] * row[j];
        }
      }
    }
    double[][] r = new SymmetricEigen(s).squareRoot();
    for (int i = 0; i < 12; i++) {
      for (int j = 0; j < 12; j++) {
        double sum = 0;
        for (int k = 0; k < 12; k++) {
          sum += r[i][k] * r[k][j];
        }
        assertThat(sum).isCloseTo(s[i][j], within(1e-9));
      }
    }
  }

  @Test
  void kernelDistanceByHand() {
    double[][] x = {{1}, {2}};
    double[][] y = {{0}, {3}};
    assertThat(KernelDistance.of(x, y)).isCloseTo(27 + 1 - 204.5, within(1e-9));
    double near = 0;
    for (int seed = 0; seed < 20; seed++) {
      near += KernelDistance.of(cloud(seed, 60, 4, 0, 1), cloud(seed + 100, 60, 4, 0, 1)) / 20;
    }
    double far = KernelDistance.of(cloud(1, 60, 4, 0, 1), cloud(2, 60, 4, 1, 1));
    assertThat(Math.abs(near)).isLessThan(.1 * far);
  }

  @Test
  void precisionAndRecallOfModes() {
    double[][] x = cloud(4, 200, 3, 0, 1);
    assertThat(Neighbours.coverage(x, x)).isEqualTo(1);
    assertThat(Neighbours.coverage(cloud(5, 50, 3, 100, 1), x)).isZero();
    double[][] modes = new double[200][];
    double[][] half = new double[100][];
    for (int i = 0; i < 100; i++) {
      modes[i] = cloud(6, 100, 3, 0, 1)[i];
      modes[100 + i] = cloud(7, 100, 3, 50, 1)[i];
      half[i] = cloud(8, 100, 3, 0, .7)[i];
    }
    assertThat(Neighbours.coverage(half, modes)).isGreaterThan(.9);
    assertThat(Neighbours.coverage(modes, half)).isBetween(.2, .5);
  }

  @Test
  void copiesAreFound() {
    double[][] training = cloud(9, 300, 5, 0, 1);
    double[][] drawn = cloud(10, 100, 5, 0, 1);
    assertThat(Neighbours.duplicates(drawn, training, 1)).isLessThan(.08);
    for (int i = 0; i < 50; i++) {
      drawn[i] = training[3 * i];
    }
    assertThat(Neighbours.duplicates(drawn, training, 1)).isBetween(.5, .58);
    assertThat(Neighbours.nearestDistances(drawn, training)[7]).isZero();
  }

  @Test
  void aReportNamesExtractorAndInterval() {
    try (Backend backend = Backends.cpu(1);
        TensorScope scope = TensorScope.open("test")) {
      FeatureExtractor extractor =
          new PooledFeatures(scope.within(() -> new RandomFeatureNet(backend, 0)), backend);
      List<Picture> real = pictures(0);
      SetComparison same = new SetComparison(real, real, extractor, 3);
      Measurement fd = same.all("r").getFirst();
      assertThat(fd.metric()).isEqualTo("rFD(random-conv)");
      assertThat(fd.value()).isCloseTo(0, within(1e-6));
      assertThat(fd.hash()).hasSize(12).isEqualTo(new RandomFeatureNet(backend, 0).hash());
      assertThat(fd.hash()).isNotEqualTo(new RandomFeatureNet(backend, 1).hash());
      assertThat(fd.low()).isLessThan(fd.high());
      assertThat(fd.n()).isEqualTo(40);
      Measurement other = new SetComparison(real, pictures(1000), extractor, 3).all("").getFirst();
      assertThat(other.value()).isPositive();
      assertThat(new SetComparison(real, real, extractor, 3).all("r").getFirst()).isEqualTo(fd);
      Measurement copies = same.duplicates(real);
      assertThat(copies.value()).isEqualTo(1);
      Measurement ssim = SetComparison.pairs(real, real, 3).getLast();
      assertThat(ssim.value()).isCloseTo(1, within(1e-12));
    }
  }

  private static List<Picture> pictures(long seed) {
    return IntStream.range(0, 40).mapToObj(i -> TestPictures.scene(16, 16, 3, seed + i)).toList();
  }

  @Test
  void perceptualDistanceIsZeroForEqualPicturesAndDerivable() {
    try (ReferenceBackend backend = new ReferenceBackend();
        TensorScope scope = TensorScope.open("test")) {
      scope.within(
          () -> {
            PerceptualDistance distance = new PerceptualDistance(new RandomFeatureNet(backend, 0));
            var x = PictureTensors.of(backend, List.of(TestPictures.scene(8, 8, 3, 1))).trainable();
            var y = PictureTensors.of(backend, List.of(TestPictures.scene(8, 8, 3, 2)));
            assertThat(distance.apply(x, x).item()).isZero();
            assertThat(distance.apply(x, y).item()).isPositive();
            GradCheck.standard()
                .samples(8)
                .tolerance(1e-4) // bends of the leaky ReLU within a step
                .check(() -> distance.apply(x, y), java.util.Map.of("x", x));
            return 0;
          });
    }
  }
}
