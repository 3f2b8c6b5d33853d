package dev.jacquard.jpeg.dct;

/// Constants of the rotations in the cosine transform, `round(x · 2^13)`: cosines and sines of
/// multiples of π/16, times √2, and their sums (Loeffler, Ligtenberg & Moschytz 1989, figure 1).
final class Rotations {
  /// Fraction bits of the constants.
  static final int CONST_BITS = 13;

  static final int F_0_298 = 2446;
  static final int F_0_390 = 3196;
  static final int F_0_541 = 4433;
  static final int F_0_765 = 6270;
  static final int F_0_899 = 7373;
  static final int F_1_175 = 9633;
  static final int F_1_501 = 12299;
  static final int F_1_847 = 15137;
  static final int F_1_961 = 16069;
  static final int F_2_053 = 16819;
  static final int F_2_562 = 20995;
  static final int F_3_072 = 25172;

  private Rotations() {}
}
