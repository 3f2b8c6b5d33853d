package dev.jacquard.models.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jacquard.models.data.IdxSet;
import dev.jacquard.models.data.ImageSet;
import dev.jacquard.models.data.Picture;
import dev.jacquard.models.data.TestPictures;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.SafetensorsWriter;
import dev.jacquard.tensor.io.StateDict;
import dev.jacquard.tensor.shape.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DigitClassifierTest {
  private static final Path WEIGHTS = Path.of("../../shared/weights");

  @TempDir Path folder;

  private final Map<String, float[]> weights = new LinkedHashMap<>();
  private final Random random = new Random(1);

  /// A file of random weights with the names and shapes of the published one.
  private Path randomWeights(Backend backend) throws IOException {
    StateDict state = new StateDict("random");
    add(backend, state, "conv1", 8, 1, 3, 3);
    add(backend, state, "conv2", 16, 8, 3, 3);
    add(backend, state, "conv3", 24, 16, 3, 3);
    add(backend, state, "fc1", 32, 11616);
    add(backend, state, "fc2", 10, 32);
    addNorm(backend, state, "norm1", 24);
    addNorm(backend, state, "norm2", 10);
    Path file = folder.resolve("random.safetensors");
    new SafetensorsWriter().write(file, state);
    return file;
  }

  private void add(Backend backend, StateDict state, String name, long... shape) {
    long fanIn = Shape.of(shape).numel() / shape[0];
    put(backend, state, name + ".weight", 1 / Math.sqrt(fanIn), 0, shape);
    put(backend, state, name + ".bias", 0.1, 0, shape[0]);
  }

  private void addNorm(Backend backend, StateDict state, String name, long channels) {
    put(backend, state, name + ".weight", 0.3, 1, channels);
    put(backend, state, name + ".bias", 0.3, 0, channels);
    put(backend, state, name + ".running_mean", 0.3, 0, channels);
    put(backend, state, name + ".running_var", 0.1, 1, channels);
  }

  private void put(
      Backend backend, StateDict state, String name, double spread, double mean, long... shape) {
    float[] values = new float[(int) Shape.of(shape).numel()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (mean + spread * random.nextGaussian());
    }
    weights.put(name, values);
    state.put(name, Tensor.of(backend, Shape.of(shape), values));
  }

  @Test
  void agreesWithTheDefinition() throws IOException {
    try (Backend backend = Backends.byName("reference", 1)) {
      DigitClassifier classifier = DigitClassifier.open(randomWeights(backend), backend);
      Picture digit = TestPictures.noise(28, 28, 1, 3);
      double[] x = new double[784];
      for (int i = 0; i < 784; i++) {
        x[i] = ((digit.samples()[i] & 0xFF) / 255.0 - 0.1307) / 0.3081;
      }
      x = conv(x, 1, 28, "conv1");
      x = conv(x, 8, 26, "conv2");
      x = conv(x, 16, 24, "conv3");
      x = linear(norm(x, "norm1", 24), "fc1");
      x = Arrays.stream(x).map(v -> Math.max(0, v)).toArray();
      x = norm(linear(x, "fc2"), "norm2", 10);
      double sum = Arrays.stream(x).map(Math::exp).sum();
      float[] actual = classifier.probabilities(digit);
      for (int i = 0; i < 10; i++) {
        assertThat((double) actual[i]).isCloseTo(Math.exp(x[i]) / sum, within(1e-4));
      }
      assertThat(actual[0]).isNotCloseTo(actual[1], within(1e-3f));
    }
  }

  private double[] conv(double[] x, int in, int size, String name) {
    float[] w = weights.get(name + ".weight");
    float[] b = weights.get(name + ".bias");
    int n = size - 2;
    double[] y = new double[b.length * n * n];
    for (int o = 0; o < b.length; o++) {
      for (int r = 0; r < n; r++) {
        for (int c = 0; c < n; c++) {
          double sum = b[o];
          for (int i = 0; i < in; i++) {
            for (int u = 0; u < 3; u++) {
              for (int v = 0; v < 3; v++) {
                sum += w[((o * in + i) * 3 + u) * 3 + v] * x[(i * size + r + u) * size + c + v];
              }
            }
          }
          y[(o * n + r) * n + c] = Math.max(0, sum);
        }
      }
    }
    return y;
  }

  private double[] linear(double[] x, String name) {
    float[] w = weights.get(name + ".weight");
    float[] b = weights.get(name + ".bias");
    double[] y = new double[b.length];
    for (int o = 0; o < y.length; o++) {
      y[o] = b[o];
      for (int i = 0; i < x.length; i++) {
        y[o] += w[o * x.length + i] * x[i];
      }
    }
    return y;
  }

  private double[] norm(double[] x, String name, int channels) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      int c = i / (x.length / channels);
      double var = weights.get(name + ".running_var")[c] + 1e-5;
      double centred = (x[i] - weights.get(name + ".running_mean")[c]) / Math.sqrt(var);
      y[i] = centred * weights.get(name + ".weight")[c] + weights.get(name + ".bias")[c];
    }
    return y;
  }

  /// The published figure, and that of the same network trained another time. Set the environment
  /// variable MNIST to the folder of the IDX files.
  @ParameterizedTest
  @CsvSource({"mnist.safetensors, 9917", "mnist.pt, 9915"}) // two trainings
  void recognisesTheTestDigitsAsPublished(String name, int expected) throws IOException {
    Path file = WEIGHTS.resolve(name);
    assumeTrue(Files.exists(file), "skipped: no " + file);
    String mnist = System.getenv("MNIST");
    assumeTrue(mnist != null, "skipped: environment variable MNIST names no folder of IDX files");
    ImageSet digits = IdxSet.open(Path.of(mnist).resolve("t10k-images-idx3-ubyte"));
    assertThat(digits.size()).isEqualTo(10_000);
    int right = 0;
    try (Backend backend = Backends.byName("reference", 1)) {
      DigitClassifier classifier = DigitClassifier.open(file, backend);
      for (int i = 0; i < digits.size(); i++) {
        float[] p = classifier.probabilities(digits.image(i));
        int best = 0;
        for (int d = 1; d < 10; d++) {
          best = p[d] > p[best] ? d : best;
        }
        right += best == digits.label(i) ? 1 : 0;
      }
    }
    assertThat(right).isEqualTo(expected);
  }

  @Test
  void refusesOtherFilesAndPictures() throws IOException {
    try (Backend backend = Backends.byName("reference", 1)) {
      DigitClassifier classifier = DigitClassifier.open(randomWeights(backend), backend);
      assertThatThrownBy(() -> classifier.probabilities(TestPictures.noise(32, 32, 3, 1)))
          .hasMessageContaining("32x32x3; need 28x28x1");
      Path other = folder.resolve("other.safetensors");
      StateDict state = new StateDict("other");
      state.put("conv1.weight", Tensor.zeros(backend, Shape.of(8, 1, 5, 5)));
      new SafetensorsWriter().write(other, state);
      assertThatThrownBy(() -> DigitClassifier.open(other, backend))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("conv1.weight");
    }
  }
}
