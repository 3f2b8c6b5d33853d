package dev.jacquard.jpeg;

/// Decodes magnitudes, which DC differences and AC coefficients have in common: the category in
/// unary, then its bits (T.81 F.1.4.3, figures F.23 and F.24).
final class ArithmeticMagnitude {
  /// Returned for a magnitude over 16 bits, which no encoder writes.
  static final int OVERFLOW = -1;

  /// Distance from the decisions of the categories to those of the bits (tables F.4 and F.5).
  static final int BITS = 14;

  private ArithmeticMagnitude() {}

  /// Finds the category of a magnitude of which `sz >= 2^first` is known.
  ///
  /// @param category `2^first`, the largest power of two that `sz` reaches so far
  /// @param at index of the first decision `X`; the next ones follow
  /// @return the largest power of two in `sz`, or [#OVERFLOW]; and `at` has moved by its doublings
  static int category(ArithmeticDecoder in, byte[] statistics, int at, int category) {
    int m = category;
    for (int i = at; in.decode(statistics, i) == 1; i++) {
      m <<= 1;
      if (m == 0x8000) {
        return OVERFLOW;
      }
    }
    return m;
  }

  /// Reads the bits of `sz` below its largest power of two.
  static int bits(ArithmeticDecoder in, byte[] statistics, int at, int category) {
    int sz = category;
    for (int bit = category >> 1; bit > 0; bit >>= 1) {
      if (in.decode(statistics, at) == 1) {
        sz |= bit;
      }
    }
    return sz;
  }
}
