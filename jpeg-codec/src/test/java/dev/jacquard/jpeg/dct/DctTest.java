package dev.jacquard.jpeg.dct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// The integer transforms against the formulas of T.81 A.3.3, computed slowly in double precision.
class DctTest {
  private final SplittableRandom random = new SplittableRandom(1);

  /// `S(v, u) = 1/4 C(u) C(v) Σ s(y, x) cos((2x+1)uπ/16) cos((2y+1)vπ/16)`.
  private static double[] slowForward(int[] s) {
    double[] result = new double[64];
    for (int v = 0; v < 8; v++) {
      for (int u = 0; u < 8; u++) {
        double sum = 0;
        for (int i = 0; i < 64; i++) {
          sum += s[i] * basis(i % 8, u) * basis(i / 8, v);
        }
        result[8 * v + u] = sum;
      }
    }
    return result;
  }

  private static double[] slowInverse(double[] coefficients) {
    double[] result = new double[64];
    for (int i = 0; i < 64; i++) {
      double sum = 0;
      for (int k = 0; k < 64; k++) {
        sum += coefficients[k] * basis(i % 8, k % 8) * basis(i / 8, k / 8);
      }
      result[i] = sum;
    }
    return result;
  }

  /// `1/2 C(u) cos((2x+1)uπ/16)`, `C(0) = 1/√2`.
  private static double basis(int x, int u) {
    return (u == 0 ? Math.sqrt(0.5) : 1) / 2 * Math.cos((2 * x + 1) * u * Math.PI / 16);
  }

  private int[] block(int kind) {
    int amplitude = kind % 3 == 0 ? 128 : 20;
    return random.ints(64, -amplitude, amplitude).toArray();
  }

  @Test
  void forwardIsEightTimesTheOrthonormalTransform() {
    for (int n = 0; n < 200; n++) {
      int[] block = block(n);
      double[] expected = slowForward(block);
      ForwardDct.transform(block);
      for (int i = 0; i < 64; i++) {
        // rounded after the rows at 1/4, gained by up to 8, and after the columns
        assertThat(block[i] / 8.0).isCloseTo(expected[i], within(0.25));
      }
    }
  }

  @Test
  void inverseRoundsTheExactSamples() {
    int[] ones = new int[64];
    Arrays.fill(ones, 3);
    QuantTable table = new QuantTable(ones);
    InverseDct dct = new InverseDct();
    for (int n = 0; n < 200; n++) {
      int[] block = block(n);
      double[] exact = slowForward(block);
      short[] coefficients = new short[64];
      double[] dequantized = new double[64];
      for (int i = 0; i < 64; i++) {
        coefficients[i] = (short) Math.round(exact[i] / 3);
        dequantized[i] = 3 * coefficients[i];
      }
      short[] samples = new short[64];
      dct.transformRow(coefficients, 0, 1, table, samples, 0, 8);
      double[] expected = slowInverse(dequantized);
      for (int i = 0; i < 64; i++) {
        double clamped = Math.clamp(expected[i] + 128, 0, 255);
        assertThat(samples[i] & 0xFF).isCloseTo((int) Math.round(clamped), within(1));
      }
    }
  }

  @Test
  void forwardThenInverseKeepsSamplesAtStepOne() {
    int[] ones = new int[64];
    Arrays.fill(ones, 1);
    QuantTable table = new QuantTable(ones);
    for (int n = 0; n < 200; n++) {
      int[] block = block(n);
      int[] original = block.clone();
      short[] coefficients = new short[64];
      short[] samples = new short[64];
      ForwardDct.transform(block);
      table.quantize(block, coefficients, 0);
      new InverseDct().transformRow(coefficients, 0, 1, table, samples, 0, 8);
      for (int i = 0; i < 64; i++) {
        assertThat((samples[i] & 0xFF) - 128).isCloseTo(original[i], within(2));
      }
    }
  }

  @Test
  void aBlockOfOneValueHasOnlyADcCoefficient() {
    int[] block = new int[64];
    Arrays.fill(block, -100);
    ForwardDct.transform(block);
    assertThat(block[0]).isEqualTo(-100 * 64);
    assertThat(Arrays.stream(block).skip(1)).containsOnly(0);
  }
}
