package dev.jacquard.jpeg;

/// Codes magnitudes, which DC differences and AC coefficients have in common: the twin of
/// [ArithmeticMagnitude] (T.81 F.1.4.3, figures F.8 and F.9).
final class ArithmeticMagnitudeEncoder {
  private ArithmeticMagnitudeEncoder() {}

  /// Codes the category from `2^first` on, in unary.
  ///
  /// @param sz magnitude less 1, at least `2^first`
  /// @param at index of the first decision; the next ones follow
  /// @return index of the decision that ended the category
  static int category(ArithmeticEncoder out, byte[] statistics, int at, int sz, int first) {
    int i = at;
    for (int rest = sz >> (first + 1); rest > 0; rest >>= 1) {
      out.encode(statistics, i++, 1);
    }
    out.encode(statistics, i, 0);
    return i;
  }

  /// Codes the bits of `sz` below its highest one.
  ///
  /// @param at index of the decision that ended the category
  static void bits(ArithmeticEncoder out, byte[] statistics, int at, int sz) {
    for (int bit = Integer.highestOneBit(sz) >> 1; bit > 0; bit >>= 1) {
      out.encode(statistics, at + ArithmeticMagnitude.BITS, (sz & bit) != 0 ? 1 : 0);
    }
  }
}
