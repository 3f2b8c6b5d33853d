package dev.jacquard.tensor.random;

/// The counter-based generator Philox4x32 with ten rounds: a keyed bijection on 128 bits whose
/// output passes as random.
///
/// Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", section 3.3 and
/// table 2. There is no state: number `i` costs the same whether or not the numbers before it were
/// asked for.
public final class Philox4x32 {
  private static final int ROUNDS = 10;
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;
  private static final int WEYL_0 = 0x9E3779B9; // golden ratio
  private static final int WEYL_1 = 0xBB67AE85; // √3 - 1

  private Philox4x32() {}

  /// Maps a counter to four random words.
  ///
  /// @param counterLow words 0 (low half) and 1 of the counter
  /// @param counterHigh words 2 (low half) and 3 of the counter
  /// @param key words 0 (low half) and 1 of the key
  /// @param words at least 4 long; the first 4 are overwritten
  public static void block(long counterLow, long counterHigh, long key, int[] words) {
    int c0 = (int) counterLow;
    int c1 = (int) (counterLow >>> 32);
    int c2 = (int) counterHigh;
    int c3 = (int) (counterHigh >>> 32);
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    for (int round = 0; round < ROUNDS; round++) {
      long product0 = MULTIPLIER_0 * Integer.toUnsignedLong(c0);
      long product1 = MULTIPLIER_1 * Integer.toUnsignedLong(c2);
      c0 = (int) (product1 >>> 32) ^ c1 ^ k0;
      c1 = (int) product1;
      c2 = (int) (product0 >>> 32) ^ c3 ^ k1;
      c3 = (int) product0;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    words[0] = c0;
    words[1] = c1;
    words[2] = c2;
    words[3] = c3;
  }
}
