package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.conformance.Lab;
import dev.jacquard.tensor.conformance.OpCheck;
import dev.jacquard.tensor.shape.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Layer, group and batch normalisation, and vectors of length 1.
public interface NormOpConformance {
  double TOLERANCE = 1e-4; // weights collect from up to 70 elements, small runs have a large rstd

  Lab lab();

  @Test
  default void layerNormOpNormalisesRows() {
    new OpCheck(lab(), "layerNorm")
        .input(2, 3, 17)
        .input(17)
        .input(17)
        .tolerance(TOLERANCE)
        .run(
            x -> LayerNormOp.apply(x[0], x[1], x[2], 1e-5f),
            x -> affine(standardize(x[0], 17, 1e-5f), x[1], x[2], 1),
            2,
            3,
            17);
  }

  @Test
  default void layerNormOpNeedsNoWeights() {
    new OpCheck(lab(), "layerNorm without weights")
        .input(5, 9)
        .tolerance(TOLERANCE)
        .run(
            x -> LayerNormOp.apply(x[0], null, null, 1e-6f),
            x -> standardize(x[0], 9, 1e-6f),
            5,
            9);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 6})
  default void groupNormOpNormalisesGroups(int groups) {
    new OpCheck(lab(), "groupNorm " + groups)
        .input(2, 6, 5, 7)
        .input(6)
        .input(6)
        .tolerance(TOLERANCE)
        .run(
            x -> GroupNormOp.apply(x[0], groups, x[1], x[2], 1e-5f),
            x -> affine(standardize(x[0], 210 / groups, 1e-5f), x[1], x[2], 35),
            2,
            6,
            5,
            7);
  }

  @Test
  default void batchNormOpNormalisesChannels() {
    new OpCheck(lab(), "batchNorm")
        .input(3, 4, 2, 3)
        .input(4)
        .input(4)
        .tolerance(TOLERANCE)
        .run(
            x -> BatchNormOp.train(x[0], x[1], x[2], 1e-5f),
            x -> {
              double[] rows = new double[72]; // [C, B, N]
              for (int i = 0; i < 72; i++) {
                rows[(i / 6 % 4 * 3 + i / 24) * 6 + i % 6] = x[0][i];
              }
              double[] normal = standardize(rows, 18, 1e-5f);
              double[] y = new double[72];
              for (int i = 0; i < 72; i++) {
                y[i] = normal[(i / 6 % 4 * 3 + i / 24) * 6 + i % 6];
              }
              return affine(y, x[1], x[2], 6);
            },
            3,
            4,
            2,
            3);
  }

  @Test
  default void batchNormOpUsesGivenStatistics() {
    Shape variances = Shape.of(2);
    new OpCheck(lab(), "batchNorm infer")
        .input(2, 2, 3)
        .input(2)
        .input(2)
        .input(2)
        .input(variances, 0.5, 2)
        .tolerance(TOLERANCE)
        .run(
            x -> BatchNormOp.infer(x[0], x[1], x[2], x[3], x[4], 1e-5f),
            x -> {
              double[] y = new double[12];
              for (int i = 0; i < 12; i++) {
                int c = i / 3 % 2;
                y[i] = (x[0][i] - x[3][c]) / Math.sqrt(x[4][c] + 1e-5f) * x[1][c] + x[2][c];
              }
              return y;
            },
            2,
            2,
            3);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, -1})
  default void normalizeOpScalesToLengthOne(int axis) {
    int stride = axis == 0 ? 20 : axis == 1 ? 4 : 1;
    int size = axis == 0 ? 3 : axis == 1 ? 5 : 4;
    new OpCheck(lab(), "normalize " + axis)
        .input(3, 5, 4)
        .run(
            x -> NormalizeOp.apply(x[0], axis, 1e-12f),
            x -> {
              double[] y = new double[60];
              for (int i = 0; i < 60; i++) {
                int first = i - i / stride % size * stride;
                double squares = 0;
                for (int j = 0; j < size; j++) {
                  squares += Math.pow(x[0][first + j * stride], 2);
                }
                y[i] = x[0][i] / Math.sqrt(squares);
              }
              return y;
            },
            3,
            5,
            4);
  }

  @Test
  default void normalizeOpLeavesZerosAlone() {
    float[] y =
        lab()
            .runOne(
                Shape.of(1, 3),
                (be, out) -> {
                  Tensor zeros = Tensor.zeros(be, Shape.of(1, 3));
                  out[0].copyFrom(NormalizeOp.apply(zeros, -1, 1e-12f));
                });
    org.assertj.core.api.Assertions.assertThat(y).containsOnly(0f);
  }

  private static double[] standardize(double[] x, int size, float eps) {
    double[] y = new double[x.length];
    for (int from = 0; from < x.length; from += size) {
      double mean = 0;
      double variance = 0;
      for (int i = from; i < from + size; i++) {
        mean += x[i] / size;
      }
      for (int i = from; i < from + size; i++) {
        variance += Math.pow(x[i] - mean, 2) / size;
      }
      for (int i = from; i < from + size; i++) {
        y[i] = (x[i] - mean) / Math.sqrt(variance + eps);
      }
    }
    return y;
  }

  private static double[] affine(double[] x, double[] w, double[] b, int pixels) {
    double[] y = new double[x.length];
    for (int i = 0; i < y.length; i++) {
      int c = i / pixels % w.length;
      y[i] = x[i] * w[c] + b[c];
    }
    return y;
  }
}
