package dev.jacquard.tensor.random;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The known-answer vectors that the authors publish with Random123, file `kat_vectors`, rows
/// `philox4x32 10`.
class Philox4x32Test {
  @ParameterizedTest
  @CsvSource({
    "00000000 00000000 00000000 00000000, 00000000 00000000, 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
    "ffffffff ffffffff ffffffff ffffffff, ffffffff ffffffff, 408f276d 41c83b0e a20bc7c6 6d5451fd",
    "243f6a88 85a308d3 13198a2e 03707344, a4093822 299f31d0, d16cfe09 94fdcceb 5001e420 24126ea1",
  })
  void givesThePublishedWords(String counter, String key, String expected) {
    int[] c = words(counter);
    int[] k = words(key);
    int[] actual = new int[4];
    Philox4x32.block(join(c[0], c[1]), join(c[2], c[3]), join(k[0], k[1]), actual);
    assertThat(actual).containsExactly(words(expected));
  }

  private static int[] words(String hex) {
    return java.util.Arrays.stream(hex.split(" ")).mapToInt(HexFormat::fromHexDigits).toArray();
  }

  private static long join(int low, int high) {
    return Integer.toUnsignedLong(low) | ((long) high << 32);
  }
}
