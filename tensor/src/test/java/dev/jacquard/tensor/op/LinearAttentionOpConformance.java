package dev.jacquard.tensor.op;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.conformance.Lab;
import dev.jacquard.tensor.conformance.Numbers;
import dev.jacquard.tensor.conformance.OpCheck;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.shape.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Linear attention and the selective scan, in chunks, against a loop over the positions.
public interface LinearAttentionOpConformance {
  Lab lab();

  /// Sizes of one case.
  record Case(int batch, int length, int heads, int groups, int keyDim, int valueDim) {
    Shape qk() {
      return Shape.of(batch, length, groups, keyDim);
    }

    Shape v() {
      return Shape.of(batch, length, heads, valueDim);
    }

    Shape rows() {
      return Shape.of(batch, length, heads);
    }

    Shape state() {
      return Shape.of(batch, heads, keyDim, valueDim);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1, 1, 1, 4",
    "2, 7, 4, 2, 3, 5, 3",
    "1, 13, 3, 1, 5, 2, 4",
    "2, 8, 2, 2, 4, 4, 8",
    "1, 17, 2, 1, 3, 3, 64"
  })
  default void attendsLinearly(int b, int t, int h, int g, int d, int e, int chunk) {
    Case c = new Case(b, t, h, g, d, e);
    new OpCheck(lab(), "linear attention %s chunk %d".formatted(c, chunk))
        .input(c.qk().toArray())
        .input(c.qk().toArray())
        .input(c.v().toArray())
        .input(c.rows(), negative("decay", c.rows()))
        .input(c.state().toArray())
        .tolerance(5e-5) // decays collect from all later positions
        .run(
            x -> LinearAttentionOp.apply(x[0], x[1], x[2], x[3], x[4], chunk).y(),
            x -> attend(x[0], x[1], x[2], x[3], x[4].clone(), c),
            c.v().toArray());
    new OpCheck(lab(), "linear attention without decay %s chunk %d".formatted(c, chunk))
        .input(c.qk().toArray())
        .input(c.qk().toArray())
        .input(c.v().toArray())
        .tolerance(5e-5)
        .run(
            x -> LinearAttentionOp.apply(x[0], x[1], x[2], null, chunk).y(),
            x ->
                attend(
                    x[0],
                    x[1],
                    x[2],
                    new double[(int) c.rows().numel()],
                    new double[(int) c.state().numel()],
                    c),
            c.v().toArray());
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1, 1, 1, 1, 2", "2, 11, 4, 2, 3, 5, 4", "1, 9, 2, 1, 16, 8, 3"})
  default void scansSelectively(int b, int t, int h, int g, int n, int p, int chunk) {
    Case c = new Case(b, t, h, g, n, p);
    double[] steps = negative("dt", c.rows());
    Arrays.setAll(steps, i -> -steps[i]);
    new OpCheck(lab(), "selective scan %s chunk %d".formatted(c, chunk))
        .input(c.v().toArray())
        .input(c.rows(), steps)
        .input(Shape.of(h), negative("a", Shape.of(h)))
        .input(c.qk().toArray())
        .input(c.qk().toArray())
        .tolerance(5e-5)
        .run(
            x -> SelectiveScanOp.apply(x[0], x[1], x[2], x[3], x[4], null, chunk).y(),
            x -> scan(x, c),
            c.v().toArray());
  }

  @Test
  default void stateIsTheLastOneAndCarriesOn() {
    Case c = new Case(2, 7, 4, 2, 3, 5);
    new OpCheck(lab(), "state of linear attention")
        .input(c.qk().toArray())
        .input(c.v().toArray())
        .input(c.rows(), negative("decay", c.rows()))
        .tolerance(5e-5)
        .run(
            x -> LinearAttentionOp.apply(x[0], x[0], x[1], x[2], null, 3).state(),
            x -> {
              double[] state = new double[(int) c.state().numel()];
              attend(x[0], x[0], x[1], x[2], state, c);
              return state;
            },
            c.state().toArray());
    TensorScope.run("test", () -> assertCarriesOn(c));
  }

  /// All positions at once, or the first three and then the others from the state they left.
  private void assertCarriesOn(Case c) {
    Tensor k = tensor("k", c.qk());
    Tensor v = tensor("v", c.v());
    Tensor dt = tensor("dt", c.rows()).mul(tensor("dt", c.rows()));
    Tensor a = Tensor.of(lab().backend(), Shape.of(4), -1, -0.1f, -3, -16);
    float[] whole = SelectiveScanOp.apply(v, dt, a, k, k, null, 4).y().toFloats();
    LinearAttentionOp.Result first =
        SelectiveScanOp.apply(
            v.narrow(1, 0, 3),
            dt.narrow(1, 0, 3),
            a,
            k.narrow(1, 0, 3),
            k.narrow(1, 0, 3),
            null,
            2);
    LinearAttentionOp.Result second =
        SelectiveScanOp.apply(
            v.narrow(1, 3, 4),
            dt.narrow(1, 3, 4),
            a,
            k.narrow(1, 3, 4),
            k.narrow(1, 3, 4),
            first.state(),
            64);
    float[] parts = ConcatOp.apply(1, List.of(first.y(), second.y())).toFloats();
    for (int i = 0; i < whole.length; i++) {
      assertThat(Math.abs(parts[i] - whole[i]))
          .isLessThanOrEqualTo(1e-5f * (1 + Math.abs(whole[i])));
    }
  }

  private Tensor tensor(String name, Shape shape) {
    double[] values = Numbers.normal(name, shape.numel());
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return Tensor.of(lab().backend(), shape, floats);
  }

  private static double[] negative(String name, Shape shape) {
    double[] x = Numbers.normal(name, shape.numel());
    Arrays.setAll(x, i -> (float) (-Math.abs(x[i]) - 0.01));
    return x;
  }

  private static double[] scan(double[][] x, Case c) {
    double[] values = x[0].clone();
    double[] decay = x[1].clone();
    for (int i = 0; i < values.length; i++) {
      values[i] *= x[1][i / c.valueDim];
    }
    for (int i = 0; i < decay.length; i++) {
      decay[i] *= x[2][i % c.heads];
    }
    return attend(x[4], x[3], values, decay, new double[(int) c.state().numel()], c);
  }

  /// Position by position; the state is updated in place.
  private static double[] attend(
      double[] q, double[] k, double[] v, double[] decay, double[] state, Case c) {
    double[] y = new double[v.length];
    for (int row = 0; row < decay.length; row++) { // [B, T, H]
      int head = row % c.heads;
      int batch = row / c.heads / c.length;
      int qk = (row / c.heads * c.groups + head / (c.heads / c.groups)) * c.keyDim;
      for (int d = 0; d < c.keyDim; d++) {
        for (int e = 0; e < c.valueDim; e++) {
          int s = ((batch * c.heads + head) * c.keyDim + d) * c.valueDim + e;
          int out = row * c.valueDim + e;
          state[s] = Math.exp(decay[row]) * state[s] + k[qk + d] * v[out];
          y[out] += q[qk + d] * state[s];
        }
      }
    }
    return y;
  }
}
