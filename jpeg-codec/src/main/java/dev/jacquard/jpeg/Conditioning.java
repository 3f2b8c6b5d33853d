package dev.jacquard.jpeg;

/// What a DAC segment says of a table of the arithmetic coders (T.81 B.2.4.3): which values count
/// as small.
///
/// @param lower `L`: DC differences up to about `2^(L-1)` count as zero
/// @param upper `U`: DC differences over about `2^(U-1)` count as large
/// @param kx `Kx`: the last AC coefficient of the low frequencies
record Conditioning(int lower, int upper, int kx) {
  /// What holds where no DAC segment says otherwise (F.1.4.4.1.4, F.1.4.4.2.1).
  static final Conditioning DEFAULT = new Conditioning(0, 1, 5);

  Conditioning withDc(int newLower, int newUpper) {
    return new Conditioning(newLower, newUpper, kx);
  }

  Conditioning withAc(int newKx) {
    return new Conditioning(lower, upper, newKx);
  }

  /// Where the decisions of the next DC difference begin (F.1.4.4.1.2, table F.4): 0 after zero, 4
  /// and 8 after small positive and negative, 12 and 16 after large ones.
  ///
  /// @param category the largest power of two in the difference's magnitude less 1, 0 for none
  /// @param sign 1 for negative
  int dcContext(int category, int sign) {
    if (category < 1 << lower >> 1) {
      return 0;
    }
    return 4 * (category > 1 << upper >> 1 ? 3 + sign : 1 + sign);
  }
}
