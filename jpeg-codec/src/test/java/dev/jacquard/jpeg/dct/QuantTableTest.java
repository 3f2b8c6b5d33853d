package dev.jacquard.jpeg.dct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class QuantTableTest {
  @Test
  void quantizingRoundsHalvesAwayFromZeroForEveryStepAndValue() {
    int[] values = new int[64];
    short[] out = new short[64];
    for (int step = 1; step <= 6050; step += step < 300 ? 1 : 23) {
      int[] steps = new int[64];
      Arrays.fill(steps, step);
      QuantTable table = new QuantTable(steps);
      for (int from = -8192; from < 8192; from += 64) {
        for (int i = 0; i < 64; i++) {
          values[i] = from + i;
        }
        table.quantize(values, out, 0);
        for (int i = 0; i < 64; i++) {
          int magnitude = (Math.abs(values[i]) + 4 * step) / (8 * step);
          assertThat((int) out[i]).isEqualTo(Integer.signum(values[i]) * magnitude);
        }
      }
    }
  }

  @Test
  void qualityScalesTheTablesOfAnnexK() {
    assertThat(QuantTable.luminance(50).step(0)).isEqualTo(16);
    assertThat(QuantTable.chrominance(50).step(63)).isEqualTo(99);
    assertThat(QuantTable.luminance(25).step(1)).isEqualTo(22);
    assertThat(QuantTable.luminance(100).step(0)).isEqualTo(1);
    assertThat(QuantTable.luminance(1).step(53)).isEqualTo(6050);
  }

  @Test
  void stepsNeed16BitsFromQuality23Down() {
    assertThat(QuantTable.luminance(24).needs16Bits()).isFalse();
    assertThat(QuantTable.luminance(23).needs16Bits()).isTrue();
  }

  @Test
  void rejectsStepsOutOfRange() {
    int[] steps = new int[64];
    steps[5] = 65536;
    assertThatThrownBy(() -> new QuantTable(steps))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("65536 at 5");
  }

  @Test
  void zigZagIsAPermutationAlongDiagonals() {
    int[] places = new int[64];
    for (int k = 0; k < 64; k++) {
      places[ZigZag.natural(k)]++;
      if (k > 0) {
        int step = diagonal(k) - diagonal(k - 1);
        assertThat(step).isBetween(0, 1);
      }
    }
    assertThat(places).containsOnly(1);
  }

  private static int diagonal(int k) {
    return ZigZag.natural(k) / 8 + ZigZag.natural(k) % 8;
  }
}
