package dev.jacquard.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.jacquard.nn.optim.Adam;
import dev.jacquard.nn.optim.AdamW;
import dev.jacquard.nn.optim.Optimizer;
import dev.jacquard.nn.optim.Sgd;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Gradients;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.shape.Shape;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Steps of `Σ p³` against the formulas in f64, with decay, and gradients scaled by a half.
class SgdAndAdamTest {
  private static final double[] START = {1.5, -0.75, 0.25};
  private static final float[] START_F32 = {1.5f, -0.75f, 0.25f};
  private static final int STEPS = 5;
  private static final double RATE = 0.02;

  private final Backend backend = Backends.cpu(1);
  private final Tensor p = Tensor.of(backend, Shape.of(3), START_F32).trainable();
  private final Tensor untouched = Tensor.of(backend, Shape.of(1), 7).trainable();
  private final Map<String, Tensor> parameters = Map.of("p", p, "untouched", untouched);

  @AfterEach
  void close() {
    backend.close();
  }

  @ParameterizedTest
  @CsvSource({"0, false, 0", "0.9, false, 0", "0.9, true, 0", "0.8, false, 0.1", "0.8, true, 0.1"})
  void sgdFollowsItsFormula(float momentum, boolean nesterov, float decay) {
    Sgd sgd = new Sgd(parameters, new Sgd.Options(momentum, nesterov, decay));
    double[] value = START.clone();
    double[] velocity = new double[3];
    for (int step = 0; step < STEPS; step++) {
      step(sgd);
      for (int i = 0; i < 3; i++) {
        double g = 0.5 * 3 * value[i] * value[i] + decay * value[i];
        velocity[i] = momentum * velocity[i] + g;
        value[i] -= RATE * (nesterov ? g + momentum * velocity[i] : velocity[i]);
      }
      assertClose(p, value);
      assertClose(sgd.state().get("momentum_buffer.p"), velocity);
    }
    assertThat(sgd.steps()).isEqualTo(STEPS);
    assertThat(untouched.item()).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource({"0.9, 0.999, 1e-8, 0", "0.8, 0.95, 0.01, 0.1"})
  void adamFollowsItsFormula(float beta1, float beta2, float eps, float decay) {
    Adam adam = new Adam(parameters, new AdamW.Betas(beta1, beta2, eps), decay);
    double[] value = START.clone();
    double[] m = new double[3];
    double[] v = new double[3];
    for (int step = 1; step <= STEPS; step++) {
      step(adam);
      for (int i = 0; i < 3; i++) {
        double g = 0.5 * 3 * value[i] * value[i] + decay * value[i]; // decay goes through m and v
        m[i] = beta1 * m[i] + (1 - beta1) * g;
        v[i] = beta2 * v[i] + (1 - beta2) * g * g;
        double mean = m[i] / (1 - Math.pow(beta1, step));
        double square = v[i] / (1 - Math.pow(beta2, step));
        value[i] -= RATE * mean / (Math.sqrt(square) + eps);
      }
      assertClose(p, value);
      assertClose(adam.state().get("exp_avg.p"), m);
      assertClose(adam.state().get("exp_avg_sq.p"), v);
    }
    assertThat(adam.steps()).isEqualTo(STEPS);
    assertThat(untouched.item()).isEqualTo(7);
  }

  @Test
  void savedRunGoesOnBitForBit() {
    AdamW.Betas betas = new AdamW.Betas(0.9f, 0.99f, 1e-8f);
    Adam unbroken = new Adam(parameters, betas, 0.1f);
    step(unbroken);
    step(unbroken);
    float[] saved = p.toFloats();
    Adam resumed = new Adam(parameters, betas, 0.1f);
    unbroken.state().forEach((name, tensor) -> resumed.state().get(name).copyFrom(tensor));
    resumed.resumeAt(unbroken.steps());
    step(unbroken);
    float[] expected = p.toFloats();
    p.copyFrom(saved);
    step(resumed);
    assertThat(p.toFloats()).isEqualTo(expected);
  }

  private void step(Optimizer optimizer) {
    Tape tape = new Tape();
    Gradients gradients = tape.backward(tape.call(() -> p.mul(p).mul(p).sum()));
    optimizer.step(gradients, RATE, 0.5f);
  }

  private static void assertClose(Tensor actual, double[] expected) {
    float[] values = actual.toFloats();
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) values[i]).as("element %d", i).isCloseTo(expected[i], within(1e-5));
    }
  }
}
