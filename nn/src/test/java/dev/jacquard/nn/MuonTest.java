package dev.jacquard.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.jacquard.nn.optim.Muon;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Gradients;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MuonTest {
  private final Backend backend = Backends.cpu(1);
  private final TensorScope scope = TensorScope.open("test");

  @AfterEach
  void close() {
    scope.close();
    backend.close();
  }

  @ParameterizedTest
  @CsvSource({"24, 24", "16, 40", "40, 16"})
  void theUpdateIsTheGradientMadeOrthogonal(int rows, int columns) {
    scope.within(
        () -> {
          Tensor p = random(rows, columns, 1).trainable();
          float[] before = p.toFloats();
          Tensor g = random(rows, columns, 2);
          new Muon(Map.of("w", p), 0).step(gradientEqualTo(p, g), 0.1, 1);
          double scale = -0.1 * 0.2 * Math.sqrt(Math.max(rows, columns));
          double[][] o = new double[rows][columns];
          double along = 0;
          float[] after = p.toFloats();
          float[] gradient = g.toFloats();
          for (int i = 0; i < after.length; i++) {
            o[i / columns][i % columns] = (after[i] - before[i]) / scale;
            along += o[i / columns][i % columns] * gradient[i];
          }
          assertThat(along).as("along the gradient").isPositive();
          // singular values lie between 0.68 and 1.14, so the squares of O's rows sum to about
          // its rank, and no direction is lost
          double squares = 0;
          for (double[] row : o) {
            for (double v : row) {
              squares += v * v;
            }
          }
          int rank = Math.min(rows, columns);
          assertThat(squares).isBetween(0.68 * 0.68 * rank, 1.14 * 1.14 * rank);
          double[][] gram = rows <= columns ? gram(o) : gram(transposed(o));
          for (int i = 0; i < rank; i++) {
            for (int j = 0; j < rank; j++) {
              assertThat(gram[i][j]).isCloseTo(i == j ? 0.9 : 0, within(0.45));
            }
          }
          return 0;
        });
  }

  @Test
  void momentumAndDecayFollowTheirFormula() {
    scope.within(
        () -> {
          // for a matrix of one element the orthogonal factor is a function f of the sign alone
          Tensor p = Tensor.of(backend, Shape.of(1, 1), 2f).trainable();
          Muon muon = new Muon(Map.of("w", p), 0.5f);
          double f = Math.abs(orthogonalFactorOfOne());
          double[] gradients = {3, -1, -40};
          double value = 2;
          double momentum = 0;
          for (double g : gradients) {
            muon.step(gradientEqualTo(p, Tensor.of(backend, Shape.of(1, 1), (float) g)), 0.01, 1);
            momentum = 0.95 * momentum + g;
            double sign = Math.signum(g + 0.95 * momentum);
            value = value * (1 - 0.01 * 0.5) - 0.01 * 0.2 * f * sign;
            assertThat(p.item()).isCloseTo((float) value, within(1e-5f));
          }
          assertThat(muon.steps()).isEqualTo(3);
          assertThat(muon.state().get("momentum.w").item())
              .isCloseTo((float) momentum, within(1e-3f));
          return 0;
        });
  }

  @Test
  void matricesOfOneShapeMoveAsEachAlone() {
    scope.within(
        () -> {
          Map<String, Tensor> together = new LinkedHashMap<>();
          Map<String, Tensor> alone = new LinkedHashMap<>();
          List<Tensor> gradients = new ArrayList<>();
          for (int i = 0; i < 4; i++) {
            int rows = i == 2 ? 12 : 6; // the third has a shape of its own
            together.put("w" + i, random(rows, 9, i).trainable());
            alone.put("w" + i, random(rows, 9, i).trainable());
            gradients.add(random(rows, 9, 10 + i).scale(i == 3 ? 0 : 1));
          }
          List<String> used = List.of("w0", "w2", "w3"); // w1 gets no gradient
          Muon muon = new Muon(together, 0.1f);
          Tape tape = new Tape();
          Tensor loss =
              tape.call(
                  () -> {
                    Tensor sum = Tensor.full(backend, Shape.of(), 0);
                    for (String name : used) {
                      Tensor g = gradients.get(name.charAt(1) - '0');
                      sum = sum.add(together.get(name).mul(g).sum());
                    }
                    return sum;
                  });
          muon.step(tape.backward(loss), 0.1, 1);
          for (String name : used) {
            Tensor p = alone.get(name);
            Tensor g = gradients.get(name.charAt(1) - '0');
            new Muon(Map.of(name, p), 0.1f).step(gradientEqualTo(p, g), 0.1, 1);
          }
          alone.forEach(
              (name, p) ->
                  assertThat(together.get(name).toFloats()).as(name).isEqualTo(p.toFloats()));
          return 0;
        });
  }

  /// The quintic applied five times to 1.
  private static double orthogonalFactorOfOne() {
    double x = 1;
    for (int i = 0; i < 5; i++) {
      x = 3.4445 * x - 4.7750 * Math.pow(x, 3) + 2.0315 * Math.pow(x, 5);
    }
    return x;
  }

  @Test
  void vectorsAreRefused() {
    Tensor gain = scope.within(() -> Tensor.zeros(backend, Shape.of(3)));
    assertThatThrownBy(() -> new Muon(Map.of("norm.weight", gain), 0))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("\"norm.weight\" is [3]; need a matrix");
  }

  private Tensor random(int rows, int columns, long seed) {
    Random random = new Random(seed);
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.of(backend, Shape.of(rows, columns), values);
  }

  /// Gradients of `sum(p * g)`.
  private static Gradients gradientEqualTo(Tensor p, Tensor g) {
    Tape tape = new Tape();
    Tensor loss = tape.call(() -> p.mul(g).sum());
    return tape.backward(loss);
  }

  private static double[][] gram(double[][] a) {
    double[][] product = new double[a.length][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a.length; j++) {
        for (int k = 0; k < a[0].length; k++) {
          product[i][j] += a[i][k] * a[j][k];
        }
      }
    }
    return product;
  }

  private static double[][] transposed(double[][] a) {
    double[][] t = new double[a[0].length][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[0].length; j++) {
        t[j][i] = a[i][j];
      }
    }
    return t;
  }
}
