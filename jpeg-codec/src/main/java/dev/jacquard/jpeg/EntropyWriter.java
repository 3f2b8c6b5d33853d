package dev.jacquard.jpeg;

/// What the two ways of entropy coding have in common: decisions written to the segments of a scan.
sealed interface EntropyWriter permits ArithmeticEncoder, BitWriter {
  /// Writes one bit that no statistics tell anything about.
  void bit(int value);

  /// Ends the segment, so that a marker may follow, and is ready for the next one.
  void finish();
}
