package dev.jacquard.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.jacquard.nn.optim.AdamW;
import dev.jacquard.nn.optim.ExponentialMovingAverage;
import dev.jacquard.nn.optim.GradientNorm;
import dev.jacquard.nn.optim.Schedule;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Gradients;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OptimTest {
  @Test
  void cosineWarmsUpPeaksAndEndsAtTheFloor() {
    Schedule schedule = Schedule.cosine(1, 10, 110, 0.1);
    assertThat(schedule.at(0)).isCloseTo(0.1, within(1e-12));
    assertThat(schedule.at(9)).isCloseTo(1, within(1e-12));
    assertThat(schedule.at(60)).isCloseTo(0.55, within(1e-12));
    assertThat(schedule.at(110)).isCloseTo(0.1, within(1e-12));
    assertThat(schedule.at(1000)).isCloseTo(0.1, within(1e-12));
  }

  @Test
  void linearFallsEvenly() {
    Schedule schedule = Schedule.linear(1, 0, 100, 0);
    assertThat(schedule.at(25)).isCloseTo(0.75, within(1e-12));
    assertThat(schedule.at(100)).isZero();
  }

  @Test
  void adamWFollowsItsFormula() {
    try (Backend backend = Backends.cpu(1)) {
      Tensor p = Tensor.of(backend, Shape.of(2), 1f, -2f).trainable();
      AdamW adam =
          new AdamW(
              List.of(new AdamW.Group(Map.of("p", p), 0.1f)), new AdamW.Betas(0.9f, 0.95f, 1e-8f));
      double value = 1;
      double m = 0;
      double v = 0;
      for (int step = 1; step <= 3; step++) {
        adam.step(gradientOfSquare(p), 0.01, 1);
        double g = 2 * value;
        m = 0.9 * m + 0.1 * g;
        v = 0.95 * v + 0.05 * g * g;
        value -= 0.01 * 0.1 * value;
        value -=
            0.01
                * (m / (1 - Math.pow(0.9, step)))
                / (Math.sqrt(v / (1 - Math.pow(0.95, step))) + 1e-8);
        assertThat(p.toFloats()[0]).isCloseTo((float) value, within(1e-6f));
      }
      assertThat(adam.steps()).isEqualTo(3);
      assertThat(adam.state().keySet()).containsExactly("exp_avg.p", "exp_avg_sq.p");
    }
  }

  @Test
  void normIsJointAndClipsOnlyWhatIsTooLong() {
    try (Backend backend = Backends.cpu(1)) {
      Tensor p = Tensor.of(backend, Shape.of(2), 1.5f, -2f).trainable();
      double norm = GradientNorm.of(List.of(p), gradientOfSquare(p)); // gradient (3, -4)
      assertThat(norm).isCloseTo(5, within(1e-6));
      assertThat(GradientNorm.clipFactor(norm, 1)).isCloseTo(0.2f, within(1e-6f));
      assertThat(GradientNorm.clipFactor(norm, 10)).isEqualTo(1f);
    }
  }

  @Test
  void averageForgetsItsStartQuickly() {
    try (Backend backend = Backends.cpu(1)) {
      Tensor p = Tensor.of(backend, Shape.of(1), 0f);
      var average = new ExponentialMovingAverage(Map.of("p", p), 0.99);
      p.copyFrom(1f);
      average.update(); // keeps min(0.99, 1/10)
      assertThat(average.averages().get("p").item()).isCloseTo(0.9f, within(1e-6f));
      average.update(); // keeps min(0.99, 2/11)
      assertThat(average.averages().get("p").item()).isCloseTo(1 - 0.1f * 2 / 11, within(1e-6f));
    }
  }

  @Test
  void parametersDependOnSeedAndNameAlone() {
    try (Backend backend = Backends.cpu(1)) {
      Initializer normal = Initializer.normal(1);
      Parameters one = Parameters.random(backend, 3);
      Tensor a = one.at("a").get("weight", Shape.of(4), normal);
      Tensor b = one.at("b").get("weight", Shape.of(4), normal);
      Parameters two = Parameters.random(backend, 3);
      assertThat(two.at("b").get("weight", Shape.of(4), normal).toFloats())
          .isEqualTo(b.toFloats())
          .isNotEqualTo(a.toFloats());
      assertThat(one.named().keySet()).containsExactly("a.weight", "b.weight");
      assertThat(one.at("a").named().keySet()).containsExactly("weight");
      assertThatThrownBy(() -> one.at("a").get("weight", Shape.of(4), normal))
          .isInstanceOf(ShapeException.class)
          .hasMessageContaining("a.weight");
    }
  }

  private static Gradients gradientOfSquare(Tensor p) {
    Tape tape = new Tape();
    return tape.backward(tape.call(() -> p.mul(p).sum()));
  }
}
