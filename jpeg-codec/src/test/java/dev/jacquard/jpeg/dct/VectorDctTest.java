package dev.jacquard.jpeg.dct;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Transforms by vectors equal the plain ones, for coefficients that no picture has too.
class VectorDctTest {
  private final SplittableRandom random = new SplittableRandom(5);

  @Test
  void inverseTransformsAreTheSame() {
    InverseTransform plain = new InverseDct();
    InverseTransform vector = new VectorInverseDct();
    for (int n = 0; n < 3000; n++) {
      int used = n % 5 == 0 ? 8 : 1 + random.nextInt(64); // in zig-zag order
      short[] block = new short[64];
      for (int k = 0; k < used; k++) {
        int i = n % 5 == 0 ? k : ZigZag.natural(k);
        block[i] = (short) (random.nextInt(-32768, 32768) >> random.nextInt(16));
      }
      QuantTable table = QuantTable.luminance(1 + random.nextInt(100));
      short[] expected = new short[8 * 11];
      short[] actual = new short[8 * 11];
      plain.transform(block, 0, table, expected, 2, 11);
      vector.transform(block, 0, table, actual, 2, 11);
      assertThat(actual).as("block %d", n).isEqualTo(expected);
    }
  }

  @Test
  void forwardTransformsAreTheSame() {
    ForwardTransform plain = new ForwardDct();
    ForwardTransform vector = new VectorForwardDct();
    for (int n = 0; n < 3000; n++) {
      short[] samples = new short[8 * 9];
      for (int i = 0; i < samples.length; i++) {
        samples[i] = (short) (n % 3 == 0 ? 255 * random.nextInt(2) : random.nextInt(256));
      }
      QuantTable table = QuantTable.luminance(1 + random.nextInt(100));
      short[] expected = new short[70];
      short[] actual = new short[70];
      plain.transform(samples, 1, 9, table, expected, 3);
      vector.transform(samples, 1, 9, table, actual, 3);
      assertThat(actual).as("block %d", n).isEqualTo(expected);
    }
  }

  @Test
  void nonzeroCoefficientsAreFoundInTheirOrder() {
    for (int n = 0; n < 1000; n++) {
      short[] block = new short[70];
      long expected = 0;
      for (int k = 0; k < 64; k++) {
        if (random.nextInt(64) < n % 64) {
          block[3 + ZigZag.natural(k)] = (short) (random.nextInt(100) - 200);
          expected |= 1L << k;
        }
      }
      assertThat(ZigZag.plainNonZero(block, 3)).isEqualTo(expected);
      assertThat(VectorZigZag.nonZero(block, 3)).isEqualTo(expected);
    }
  }
}
