package dev.jacquard.tensor.op;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.Shape;
import org.junit.jupiter.api.Test;

/// Identities of the cosine transform on pictures of 8 bits.
class CosineOpPropertyTest {
  private static final Shape PICTURE = Shape.of(3, 240, 320);

  @Test
  void mixingFrequenciesIsMixingPixels() {
    try (Backend backend = Backends.cpu(2)) {
      Tensor real = picture(backend, "real");
      Tensor fake = picture(backend, "fake");
      Tensor frequencies =
          CosineOp.apply2d(real).scale(0.3f).add(CosineOp.apply2d(fake).scale(0.7f));
      Tensor pixels = real.scale(0.3f).add(fake.scale(0.7f));
      assertThat(distance(CosineOp.inverse2d(frequencies), pixels)).isLessThan(1e-3f);
    }
  }

  @Test
  void energyStaysAndTheFirstFrequencyIsTheMean() {
    try (Backend backend = Backends.cpu(2)) {
      Tensor x = picture(backend, "real");
      Tensor y = CosineOp.apply2d(x);
      double before = x.mul(x).mean().item();
      assertThat(Math.abs(y.mul(y).mean().item() / before - 1)).isLessThan(1e-5);
      double first = y.toFloats()[0] / Math.sqrt(240 * 320);
      assertThat(Math.abs(first - x.narrow(0, 0, 1).mean().item())).isLessThan(1e-3);
    }
  }

  /// Largest difference.
  private static float distance(Tensor a, Tensor b) {
    float[] differences = a.sub(b).toFloats();
    float largest = 0;
    for (float difference : differences) {
      largest = Math.max(largest, Math.abs(difference));
    }
    return largest;
  }

  private static Tensor picture(Backend backend, String name) {
    RandomStream random = RandomStream.of(20260101).split(name);
    float[] values = new float[(int) PICTURE.numel()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.below(i, 256);
    }
    return Tensor.of(backend, PICTURE, values);
  }
}
