package dev.jacquard.tensor.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assertions.within;

import dev.jacquard.tensor.backend.AttentionMask;
import dev.jacquard.tensor.memory.NativePool;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Forward and backward against f64 formulas, with gaps of NaN between the rows of all inputs.
class VectorAttentionTest {
  private static final int[] LENGTHS = {1, 3, 7, 17, 31, 33, 65, 130};
  private static final int[] HEAD_DIMS = {8, 16, 24, 32, 64, 80, 128, 5, 256};
  private static final int[][] HEADS = {{1, 1}, {4, 2}, {6, 2}, {8, 8}};

  /// Sizes of one case.
  record Case(int b, int t, int s, int h, int g, int d, boolean causal, int gap) {
    float scale() {
      return (float) (1 / Math.sqrt(d));
    }

    AttentionMask mask() {
      return causal ? AttentionMask.causal(t, s) : AttentionMask.full(t, s);
    }
  }

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    int i = 0;
    for (int t : LENGTHS) {
      for (int s : LENGTHS) {
        if (t <= s) {
          for (boolean causal : new boolean[] {false, true}) {
            int[] heads = HEADS[i % HEADS.length];
            int d = HEAD_DIMS[i % HEAD_DIMS.length];
            cases.add(new Case(1 + i % 2, t, s, heads[0], heads[1], d, causal, i % 3));
            i++;
          }
        }
      }
    }
    for (int d : HEAD_DIMS) {
      cases.add(new Case(2, 33, 37, 4, 2, d, true, 3));
      cases.add(new Case(2, 2, 37, 4, 2, d, true, 3));
    }
    for (int[] heads : HEADS) {
      cases.add(new Case(2, 65, 65, heads[0], heads[1], 32, true, 0));
      cases.add(new Case(2, 4, 9, heads[0], heads[1], 32, true, 0));
    }
    cases.add(new Case(1, 9, 4, 2, 1, 8, true, 0)); // five queries see nothing
    cases.add(new Case(1, 40, 5, 2, 1, 8, true, 0)); // a whole block sees nothing
    cases.add(new Case(1, 3, 1, 2, 1, 8, true, 0)); // the same on the path of few queries
    cases.add(new Case(0, 3, 3, 2, 1, 8, true, 0));
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithFormulas(Case c) {
    try (Arena arena = Arena.ofShared();
        NativePool pool = new NativePool();
        ParallelFor parallel = new ParallelFor(2)) {
      Tensors x = new Tensors(arena, c, new Random(7));
      VectorAttention attention = new VectorAttention(parallel, pool);
      attention.forward(x.q, x.k, x.v, c.scale(), c.mask(), x.out, x.lse);
      x.backward(attention, c);
      AttentionFormula formula = x.formula(c);
      double[][] gradients = formula.backward(x.dOut.toDoubles());
      assertClose("out", x.out, formula.out, 2e-6);
      assertClose("lse", x.lse, formula.lse, 2e-6);
      assertClose("dq", x.dq, gradients[0], 5e-6);
      assertClose("dk", x.dk, gradients[1], 5e-6);
      assertClose("dv", x.dv, gradients[2], 5e-6);
      assertThat(pool.liveBlocks()).isZero();
    }
  }

  @Test
  void gradientsAgreeWithCentralDifferences() {
    Case c = new Case(1, 5, 6, 4, 2, 8, true, 0);
    try (Arena arena = Arena.ofShared();
        NativePool pool = new NativePool();
        ParallelFor parallel = new ParallelFor(1)) {
      Tensors x = new Tensors(arena, c, new Random(11));
      VectorAttention attention = new VectorAttention(parallel, pool);
      attention.forward(x.q, x.k, x.v, c.scale(), c.mask(), x.out, x.lse);
      x.backward(attention, c);
      SegmentView[] inputs = {x.q, x.k, x.v};
      SegmentView[] gradients = {x.dq, x.dk, x.dv};
      for (int n = 0; n < inputs.length; n++) {
        for (int i = 0; i < inputs[n].shape().numel(); i++) {
          double expected = centralDifference(x, c, n, i);
          assertThat((double) gradients[n].get(i)).isCloseTo(expected, within(2e-6));
        }
      }
    }
  }

  /// Of `Σ out · dOut`, in f64, by element `i` of input `n`.
  private static double centralDifference(Tensors x, Case c, int n, int i) {
    double[] dOut = x.dOut.toDoubles();
    double h = 1e-4;
    double difference = 0;
    for (int sign = -1; sign <= 1; sign += 2) {
      double[][] in = {x.q.toDoubles(), x.k.toDoubles(), x.v.toDoubles()};
      in[n][i] += sign * h;
      double[] out = formula(c, in[0], in[1], in[2]).out;
      for (int j = 0; j < out.length; j++) {
        difference += sign * out[j] * dOut[j];
      }
    }
    return difference / (2 * h);
  }

  @Test
  void bitsDoNotDependOnThreads() {
    for (Case c :
        List.of(
            new Case(2, 130, 130, 6, 2, 24, true, 0),
            new Case(1, 65, 130, 1, 1, 32, false, 0),
            new Case(16, 1, 150, 8, 4, 32, true, 0))) {
      List<double[]> expected = results(c, 1);
      for (int threads : new int[] {2, 3, 7}) {
        List<double[]> actual = results(c, threads);
        for (int i = 0; i < expected.size(); i++) {
          assertThat(actual.get(i)).isEqualTo(expected.get(i));
        }
      }
    }
  }

  private static List<double[]> results(Case c, int threads) {
    try (Arena arena = Arena.ofShared();
        NativePool pool = new NativePool();
        ParallelFor parallel = new ParallelFor(threads)) {
      Tensors x = new Tensors(arena, c, new Random(5));
      VectorAttention attention = new VectorAttention(parallel, pool);
      attention.forward(x.q, x.k, x.v, c.scale(), c.mask(), x.out, x.lse);
      x.backward(attention, c);
      return List.of(
          x.out.toDoubles(),
          x.lse.toDoubles(),
          x.dq.toDoubles(),
          x.dk.toDoubles(),
          x.dv.toDoubles());
    }
  }

  @Test
  void queriesThatSeeNothingGiveZeros() {
    Case c = new Case(1, 40, 5, 2, 1, 8, true, 0);
    try (Arena arena = Arena.ofShared();
        NativePool pool = new NativePool();
        ParallelFor parallel = new ParallelFor(1)) {
      Tensors x = new Tensors(arena, c, new Random(3));
      VectorAttention attention = new VectorAttention(parallel, pool);
      attention.forward(x.q, x.k, x.v, c.scale(), c.mask(), x.out, x.lse);
      x.backward(attention, c);
      assertThat(x.lse.get(0)).isEqualTo(Float.NEGATIVE_INFINITY);
      for (int i = 0; i < 35 * c.h * c.d; i++) {
        assertThat(x.out.get(i)).isZero();
        assertThat(x.dq.get(i)).isZero();
      }
    }
  }

  @Test
  void laterTokensDoNotChangeEarlierRows() {
    Case c = new Case(1, 65, 65, 2, 2, 32, true, 0);
    try (Arena arena = Arena.ofShared();
        NativePool pool = new NativePool();
        ParallelFor parallel = new ParallelFor(1)) {
      Tensors x = new Tensors(arena, c, new Random(3));
      VectorAttention attention = new VectorAttention(parallel, pool);
      attention.forward(x.q, x.k, x.v, c.scale(), c.mask(), x.out, x.lse);
      double[] before = x.out.toDoubles();
      int row = c.g * c.d;
      for (int i = 50 * row; i < 65 * row; i++) {
        x.k.set(i, 9);
        x.v.set(i, -9);
      }
      attention.forward(x.q, x.k, x.v, c.scale(), c.mask(), x.out, x.lse);
      double[] after = x.out.toDoubles();
      assertThat(java.util.Arrays.copyOf(after, 50 * row))
          .isEqualTo(java.util.Arrays.copyOf(before, 50 * row));
      assertThat(after[51 * row]).isNotEqualTo(before[51 * row]);
    }
  }

  @Test
  void largeAndNegativelyScaledScoresStayFinite() {
    Case c = new Case(1, 33, 33, 1, 1, 16, true, 0);
    for (float scale : new float[] {-0.25f, 40f}) {
      try (Arena arena = Arena.ofShared();
          NativePool pool = new NativePool();
          ParallelFor parallel = new ParallelFor(1)) {
        Tensors x = new Tensors(arena, c, new Random(3));
        VectorAttention attention = new VectorAttention(parallel, pool);
        attention.forward(x.q, x.k, x.v, scale, c.mask(), x.out, x.lse);
        AttentionFormula formula =
            new AttentionFormula(
                1,
                33,
                33,
                1,
                1,
                16,
                scale,
                true,
                x.q.toDoubles(),
                x.k.toDoubles(),
                x.v.toDoubles());
        // scores up to 600 carry an error of 600 · 2⁻²⁴
        assertClose("out", x.out, formula.out, 3e-4);
        assertClose("lse", x.lse, formula.lse, 3e-4);
      }
    }
  }

  private static AttentionFormula formula(Case c, double[] q, double[] k, double[] v) {
    return new AttentionFormula(c.b, c.t, c.s, c.h, c.g, c.d, c.scale(), c.causal, q, k, v);
  }

  /// Errors are relative to `1 + |expected|`.
  private static void assertClose(
      String name, SegmentView actual, double[] expected, double tolerance) {
    for (int i = 0; i < expected.length; i++) {
      double bound = Double.isInfinite(expected[i]) ? 0 : tolerance * (1 + Math.abs(expected[i]));
      double difference = actual.get(i) == expected[i] ? 0 : actual.get(i) - expected[i];
      if (!(Math.abs(difference) <= bound)) {
        fail("%s[%d] is %s, expected %s", name, i, actual.get(i), expected[i]);
      }
    }
  }

  /// Inputs and outputs of one case.
  private static final class Tensors {
    final SegmentView q;
    final SegmentView k;
    final SegmentView v;
    final SegmentView out;
    final SegmentView lse;
    final SegmentView dOut;
    final SegmentView dq;
    final SegmentView dk;
    final SegmentView dv;

    Tensors(Arena arena, Case c, Random random) {
      q = SegmentView.gapped(arena, c.gap, c.b, c.t, c.h, c.d).fill(random);
      k = SegmentView.gapped(arena, c.gap, c.b, c.s, c.g, c.d).fill(random);
      v = SegmentView.gapped(arena, c.gap, c.b, c.s, c.g, c.d).fill(random);
      out = SegmentView.empty(arena, c.b, c.t, c.h, c.d);
      lse = SegmentView.empty(arena, c.b, c.h, c.t);
      dOut = SegmentView.gapped(arena, c.gap, c.b, c.t, c.h, c.d).fill(random);
      dq = SegmentView.empty(arena, c.b, c.t, c.h, c.d);
      dk = SegmentView.empty(arena, c.b, c.s, c.g, c.d);
      dv = SegmentView.empty(arena, c.b, c.s, c.g, c.d);
    }

    void backward(VectorAttention attention, Case c) {
      attention.backward(dOut, q, k, v, out, lse, c.scale(), c.mask(), dq, dk, dv, null);
    }

    AttentionFormula formula(Case c) {
      return VectorAttentionTest.formula(c, q.toDoubles(), k.toDoubles(), v.toDoubles());
    }
  }
}
