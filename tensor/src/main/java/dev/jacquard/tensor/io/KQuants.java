package dev.jacquard.tensor.io;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;

/// Unpacks ggml's blocks of 256 numbers, whose parts have scales that are quantised themselves.
final class KQuants {
  /* Q4_K, 144 bytes: f16 d, f16 dmin, 12 bytes with eight 6-bit scales and minima, 128 bytes of nibbles.
   * Part p of 32 numbers: x = d · scale[p] · q - dmin · min[p]. Parts 2c and 2c + 1 share 32 bytes,
   * the former in the lower halves.
   *
   * Q6_K, 210 bytes: 128 bytes of lower nibbles, 64 bytes of upper bit pairs, 16 signed scales, f16 d.
   * Part p of 16 numbers: x = d · scale[p] · (q - 32). In each half of 128 numbers, number 32r + l has its
   * lower nibble in byte 32 · (r % 2) + l, in the upper half of it if r >= 2, and its upper bits in byte l
   * at bit 2r. */

  private KQuants() {}

  static void unpack4(MemorySegment from, long at, MemorySegment to, long toAt) {
    float d = half(from, at);
    float dmin = half(from, at + 2);
    for (int part = 0; part < 8; part++) {
      float scale = d * sixBits(from, at + 4, part, 0);
      float min = dmin * sixBits(from, at + 4, part, 4);
      int q = 16 + part / 2 * 32;
      for (int i = 0; i < 32; i++) {
        int nibble = (from.get(JAVA_BYTE, at + q + i) >> (part % 2 * 4)) & 0xf;
        put(to, toAt, part * 32 + i, scale * nibble - min);
      }
    }
  }

  /// Scale (`first` 0) or minimum (`first` 4) of a part: for parts 0 to 3 the lower 6 bits of byte
  /// `first + part`; for the others a nibble of byte `4 + part`, below the two bits that are left
  /// of byte `first + part - 4`.
  private static int sixBits(MemorySegment from, long at, int part, int first) {
    if (part < 4) {
      return from.get(JAVA_BYTE, at + first + part) & 0x3f;
    }
    int nibble = (from.get(JAVA_BYTE, at + 4 + part) >> first) & 0xf;
    int upper = (from.get(JAVA_BYTE, at + first + part - 4) & 0xff) >> 6;
    return (upper << 4) | nibble;
  }

  static void unpack6(MemorySegment from, long at, MemorySegment to, long toAt) {
    float d = half(from, at + 208);
    for (int i = 0; i < 256; i++) {
      int half = i / 128;
      int row = i % 128 / 32;
      int low = half * 64 + row % 2 * 32 + i % 32;
      int high = 128 + half * 32 + i % 32;
      int nibble = (from.get(JAVA_BYTE, at + low) >> (row / 2 * 4)) & 0xf;
      int upper = (from.get(JAVA_BYTE, at + high) >> (2 * row)) & 3;
      int q = nibble | (upper << 4);
      float scale = d * from.get(JAVA_BYTE, at + 192 + i / 16);
      put(to, toAt, i, scale * (q - 32));
    }
  }

  private static float half(MemorySegment from, long at) {
    return Float.float16ToFloat(from.get(JAVA_SHORT_UNALIGNED, at));
  }

  private static void put(MemorySegment to, long toAt, int i, float x) {
    to.set(JAVA_FLOAT_UNALIGNED, toAt + (long) i * Float.BYTES, x);
  }
}
