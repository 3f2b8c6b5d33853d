package dev.jacquard.jpeg.dct;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Transforms by vectors equal the plain ones, for coefficients that no picture has too.
class VectorDctTest {
  private final SplittableRandom random = new SplittableRandom(5);

  /// Rows of 1, 2, 3, ... blocks, with some that have only a first row among others.
  @Test
  void inverseTransformsAreTheSame() {
    InverseTransform plain = new InverseDct();
    InverseTransform vector = new VectorInverseDct();
    for (int n = 0; n < 200; n++) {
      int blocks = 1 + n % 40;
      short[] coefficients = new short[64 * blocks];
      for (int b = 0; b < blocks; b++) {
        boolean flat = random.nextInt(10) < n % 5 * 2;
        int used = flat ? 1 + random.nextInt(8) : 1 + random.nextInt(64); // in zig-zag order
        for (int k = 0; k < used; k++) {
          int i = flat ? k : ZigZag.natural(k);
          int value = random.nextInt(-32768, 32768) >> random.nextInt(16);
          coefficients[64 * b + i] = (short) value;
        }
      }
      QuantTable table = QuantTable.luminance(1 + random.nextInt(100));
      int stride = 8 * blocks + 3;
      short[] expected = new short[8 * stride];
      short[] actual = new short[8 * stride];
      plain.transformRow(coefficients, 0, blocks, table, expected, 2, stride);
      vector.transformRow(coefficients, 0, blocks, table, actual, 2, stride);
      assertThat(actual).as("row %d", n).isEqualTo(expected);
    }
  }

  @Test
  void forwardTransformsAreTheSame() {
    ForwardTransform plain = new ForwardDct();
    ForwardTransform vector = new VectorForwardDct();
    for (int n = 0; n < 200; n++) {
      int blocks = 1 + n % 40;
      int stride = 8 * blocks + 1;
      short[] samples = new short[8 * stride];
      for (int i = 0; i < samples.length; i++) {
        samples[i] = (short) (n % 3 == 0 ? 255 * random.nextInt(2) : random.nextInt(256));
      }
      QuantTable table = QuantTable.luminance(1 + random.nextInt(100));
      short[] expected = new short[64 * blocks + 6];
      short[] actual = new short[64 * blocks + 6];
      plain.transformRow(samples, 1, stride, blocks, table, expected, 3);
      vector.transformRow(samples, 1, stride, blocks, table, actual, 3);
      assertThat(actual).as("row %d", n).isEqualTo(expected);
    }
  }

  @Test
  void coefficientsAreSorted() {
    for (int n = 0; n < 1000; n++) {
      short[] block = new short[70];
      long nonZero = 0;
      for (int k = 0; k < 64; k++) {
        if (random.nextInt(64) < n % 64) {
          block[3 + ZigZag.natural(k)] = (short) (random.nextInt(100) - 200);
          nonZero |= 1L << k;
        }
      }
      short[] expected = new short[64];
      short[] actual = new short[64];
      assertThat(ZigZag.plainSort(block, 3, expected)).isEqualTo(nonZero);
      assertThat(VectorZigZag.sort(block, 3, actual)).isEqualTo(nonZero);
      for (int k = 0; k < 64; k++) {
        assertThat(expected[k]).isEqualTo(block[3 + ZigZag.natural(k)]);
      }
      assertThat(actual).isEqualTo(expected);
    }
  }
}
