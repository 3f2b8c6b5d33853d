package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.conformance.Lab;
import dev.jacquard.tensor.conformance.Numbers;
import dev.jacquard.tensor.conformance.OpCheck;
import dev.jacquard.tensor.shape.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Mean negative log-likelihood of the labels that count.
public interface CrossEntropyOpConformance {
  Lab lab();

  @ParameterizedTest
  @CsvSource({"1, 1, 2", "2, 3, 7", "3, 17, 31", "2, 33, 130"})
  default void crossEntropyOpAveragesOverRowsThatCount(int b, int t, int vocabulary) {
    String what = "crossEntropy %d %d %d".formatted(b, t, vocabulary);
    int[] labels = Numbers.below(what, (long) b * t, vocabulary);
    for (int n = 2; n < labels.length; n += 4) {
      labels[n] = CrossEntropyOp.IGNORE;
    }
    new OpCheck(lab(), what)
        .input(b, t, vocabulary)
        .run(
            x -> CrossEntropyOp.apply(x[0], Tensor.ofInts(x[0].backend(), Shape.of(b, t), labels)),
            x -> new double[] {loss(x[0], labels, vocabulary)});
  }

  @Test
  default void crossEntropyOpIsZeroIfNoRowCounts() {
    int[] labels = {CrossEntropyOp.IGNORE, CrossEntropyOp.IGNORE};
    new OpCheck(lab(), "crossEntropy of ignored rows")
        .input(2, 5)
        .run(
            x -> CrossEntropyOp.apply(x[0], Tensor.ofInts(x[0].backend(), Shape.of(2), labels)),
            x -> new double[1]);
  }

  private static double loss(double[] x, int[] labels, int vocabulary) {
    double loss = 0;
    int counted = 0;
    for (int row = 0; row < labels.length; row++) {
      if (labels[row] != CrossEntropyOp.IGNORE) {
        double sum = 0;
        for (int c = 0; c < vocabulary; c++) {
          sum += Math.exp(x[row * vocabulary + c]);
        }
        loss += Math.log(sum) - x[row * vocabulary + labels[row]];
        counted++;
      }
    }
    return loss / counted;
  }
}
