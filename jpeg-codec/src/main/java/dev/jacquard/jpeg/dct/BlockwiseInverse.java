package dev.jacquard.jpeg.dct;

/// An inverse transform that knows one block at a time.
sealed interface BlockwiseInverse extends InverseTransform permits DeepInverseDct, InverseDct {
  @Override
  default void transformRow(
      short[] coefficients,
      int from,
      int blocks,
      QuantTable table,
      short[] out,
      int at,
      int stride) {
    for (int i = 0; i < blocks; i++) {
      transform(coefficients, from + 64 * i, table, out, at + 8 * i, stride);
    }
  }

  /// Turns one block of coefficients into samples; for the parameters see [#transformRow].
  void transform(short[] coefficients, int from, QuantTable table, short[] out, int at, int stride);
}
