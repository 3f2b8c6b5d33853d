package dev.jacquard.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.jacquard.nn.loss.CrossEntropy;
import dev.jacquard.nn.loss.HingeLoss;
import dev.jacquard.nn.loss.ProbabilityLosses;
import dev.jacquard.nn.loss.Reduction;
import dev.jacquard.nn.loss.RegressionLosses;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Gradients;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.op.CrossEntropyOp;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Each loss against its formula in f64, and its gradient against differences of the formula.
class LossTest {
  private static final Shape ROWS = Shape.of(3, 4);
  private static final double[] X = {0.5, -1.25, 2, 0.125, -3, 0.75, 1.5, -0.5, 0.25, 0.875, -2, 3};
  private static final double[] Y = {0.25, 1, 0, 0.5, 0.125, 0.375, 0.25, 0.25, 0, 0.5, 0.5, 0};
  private static final int[] LABELS = {2, CrossEntropyOp.IGNORE, 3};

  private final Backend backend = Backends.cpu(1);

  @AfterEach
  void close() {
    backend.close();
  }

  @Test
  void squaredIsTheMeanOfTheSquares() {
    check(x -> RegressionLosses.squared(x, y()), x -> mean(x, (v, i) -> Math.pow(v - Y[i], 2)));
  }

  @Test
  void absoluteIsTheMeanDistance() {
    check(x -> RegressionLosses.absolute(x, y()), x -> mean(x, (v, i) -> Math.abs(v - Y[i])));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.3, 1, 2})
  void smoothAbsoluteIsAParabolaBetweenLines(double beta) {
    check(
        x -> RegressionLosses.smoothAbsolute(x, y(), (float) beta),
        x ->
            mean(
                x,
                (v, i) -> {
                  double d = Math.abs(v - Y[i]);
                  return d < beta ? d * d / (2 * beta) : d - beta / 2;
                }));
  }

  @Test
  void binaryIsTheLikelihoodOfTheSigmoid() {
    check(
        x -> ProbabilityLosses.binary(x, y()),
        x ->
            mean(
                x,
                (v, i) -> {
                  double s = 1 / (1 + Math.exp(-v));
                  return -Y[i] * Math.log(s) - (1 - Y[i]) * Math.log(1 - s);
                }));
  }

  @Test
  void binaryOfLargeLogitsIsFinite() {
    Tensor x = Tensor.of(backend, Shape.of(2), 200, -200);
    Tensor y = Tensor.of(backend, Shape.of(2), 0, 1);
    assertThat(ProbabilityLosses.binary(x, y).item()).isCloseTo(200, within(1e-3f));
  }

  @Test
  void divergenceIsTheMeanOfTheRowsAndCountsZerosAsZero() {
    check(
        x -> ProbabilityLosses.divergence(x, y()),
        x -> {
          double sum = 0;
          for (int i = 0; i < x.length; i++) {
            sum += Y[i] == 0 ? 0 : Y[i] * (Math.log(Y[i]) - x[i]);
          }
          return sum / 3;
        });
  }

  @Test
  void hingeWantsScoresBeyondOne() {
    check(
        x -> HingeLoss.discriminator(x, y()),
        x -> (mean(x, (v, _) -> Math.max(0, 1 - v)) + mean(Y, (v, _) -> Math.max(0, 1 + v))) / 2);
    check(
        x -> HingeLoss.discriminator(y(), x),
        x -> (mean(Y, (v, _) -> Math.max(0, 1 - v)) + mean(x, (v, _) -> Math.max(0, 1 + v))) / 2);
    check(HingeLoss::generator, x -> -mean(x, (v, _) -> v));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 1})
  void crossEntropySmoothsLabelsAndPassesOverIgnoredRows(double smoothing) {
    float epsilon = (float) smoothing;
    check(
        x -> CrossEntropy.apply(x, labels(), epsilon, Reduction.MEAN),
        x -> Arrays.stream(rows(x, smoothing)).sum() / 2);
    check(
        x -> CrossEntropy.apply(x, labels(), epsilon, Reduction.SUM),
        x -> Arrays.stream(rows(x, smoothing)).sum());
    float[] losses = CrossEntropy.apply(x(), labels(), epsilon, Reduction.NONE).toFloats();
    double[] expected = rows(X, smoothing);
    for (int row = 0; row < 3; row++) {
      assertThat((double) losses[row]).isCloseTo(expected[row], within(1e-5));
    }
  }

  @Test
  void crossEntropyOfProbabilitiesIsTheMeanOfTheRows() {
    check(
        x -> CrossEntropy.ofProbabilities(x, y()),
        x -> {
          double[] logs = logSoftmax(x);
          double sum = 0;
          for (int i = 0; i < 12; i++) {
            sum -= Y[i] * logs[i];
          }
          return sum / 3;
        });
  }

  @Test
  void otherShapesAreRefused() {
    Tensor other = Tensor.zeros(backend, Shape.of(4));
    assertThatThrownBy(() -> RegressionLosses.squared(x(), other))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("squaredLoss: shapes differ; [3, 4] and [4]");
    assertThatThrownBy(() -> ProbabilityLosses.binary(x(), other))
        .isInstanceOf(ShapeException.class);
  }

  @FunctionalInterface
  private interface Term {
    double at(double value, int index);
  }

  private static double mean(double[] x, Term term) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += term.at(x[i], i);
    }
    return sum / x.length;
  }

  /// Cross-entropy of each row with smoothed labels; 0 where it is ignored.
  private static double[] rows(double[] x, double smoothing) {
    double[] logs = logSoftmax(x);
    double[] losses = new double[3];
    for (int i = 0; i < 12; i++) {
      int label = LABELS[i / 4];
      double q = smoothing / 4 + (i % 4 == label ? 1 - smoothing : 0);
      losses[i / 4] -= label == CrossEntropyOp.IGNORE ? 0 : q * logs[i];
    }
    return losses;
  }

  private static double[] logSoftmax(double[] x) {
    double[] logs = new double[12];
    for (int i = 0; i < 12; i++) {
      double sum = 0;
      for (int j = i / 4 * 4; j < i / 4 * 4 + 4; j++) {
        sum += Math.exp(x[j]);
      }
      logs[i] = x[i] - Math.log(sum);
    }
    return logs;
  }

  /// Compares loss and gradient at [#X].
  private void check(UnaryOperator<Tensor> loss, ToDoubleFunction<double[]> formula) {
    Tensor x = x().trainable();
    Tape tape = new Tape();
    Tensor value = tape.call(() -> loss.apply(x));
    assertThat(value.shape()).isEqualTo(Shape.of());
    assertThat((double) value.item()).isCloseTo(formula.applyAsDouble(X), within(1e-5));
    Gradients gradients = tape.backward(value);
    for (int i = 0; i < X.length; i++) {
      double[] above = X.clone();
      double[] below = X.clone();
      above[i] += 1e-5;
      below[i] -= 1e-5;
      double slope = (formula.applyAsDouble(above) - formula.applyAsDouble(below)) / 2e-5;
      assertThat((double) gradients.of(x).toFloats()[i])
          .as("gradient %d", i)
          .isCloseTo(slope, within(1e-5));
    }
  }

  private Tensor x() {
    return tensor(X);
  }

  private Tensor y() {
    return tensor(Y);
  }

  private Tensor labels() {
    return Tensor.ofInts(backend, Shape.of(3), LABELS);
  }

  private Tensor tensor(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return Tensor.of(backend, ROWS, floats);
  }
}
