package dev.jacquard.models.quantizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.jacquard.tensor.random.RandomStream;
import it.unimi.dsi.fastutil.doubles.DoubleList;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KMeansTest {
  private static float[] uniform(int n, long seed) {
    float[] points = new float[n];
    for (int i = 0; i < n; i++) {
      points[i] = RandomStream.of(seed).uniform(i);
    }
    return points;
  }

  @Test
  void inertiaNeverGrows() {
    DoubleList inertia = KMeans.fit(uniform(3000, 1), 3, 20, 30, RandomStream.of(2)).inertia();
    assertThat(inertia.size()).isGreaterThan(5);
    for (int i = 1; i < inertia.size(); i++) {
      assertThat(inertia.getDouble(i)).isLessThanOrEqualTo(inertia.getDouble(i - 1) * (1 + 1e-6));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 16})
  void aLineIsCutEvenly(int k) {
    KMeans clusters = KMeans.fit(uniform(20_000, 3), 1, k, 300, RandomStream.of(4));
    double error = clusters.inertia().getDouble(clusters.inertia().size() - 1) / 20_000;
    assertThat(error).isCloseTo(1 / (12.0 * k * k), Percentage.withPercentage(5));
  }

  @Test
  void smallSamplesComeCloseToAllPoints() {
    float[] points = uniform(8000, 5);
    DoubleList all = KMeans.fit(points, 2, 16, 100, RandomStream.of(6)).inertia();
    double some =
        KMeans.miniBatch(points, 2, 16, 200, 64, RandomStream.of(6)).inertia().getDouble(0);
    assertThat(some).isLessThan(1.15 * all.getDouble(all.size() - 1));
  }

  @Test
  void twoHeapsAreToldApartAndAnEmptyClusterIsFilled() {
    float[] points = {0, 0.1f, 0.2f, 9, 9.1f, 9.2f};
    KMeans two = KMeans.fit(points, 1, 2, 10, RandomStream.of(7));
    assertThat(two.assignment()[0])
        .isEqualTo(two.assignment()[2])
        .isNotEqualTo(two.assignment()[3]);
    float[] equal = {1, 1, 1, 1, 5};
    KMeans three = KMeans.fit(equal, 1, 3, 10, RandomStream.of(8)); // more clusters than values
    assertThat(three.inertia().getDouble(three.inertia().size() - 1)).isCloseTo(0, within(1e-12));
  }
}
