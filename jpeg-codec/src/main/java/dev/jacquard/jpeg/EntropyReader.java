package dev.jacquard.jpeg;

/// What the two ways of entropy coding have in common: decisions read from the segments of a scan.
sealed interface EntropyReader permits ArithmeticDecoder, BitReader {
  /// One bit that no statistics tell anything about.
  int bit();

  /// Whether more was read than the segment has, so that what follows in it is made up.
  boolean overrun();

  /// Whether the segment was read to its end, and the end is as it should be.
  boolean endsCleanly();

  /// Drops what is left of the segment and looks for the next marker.
  ///
  /// @return its code; EOI at the end of the data
  int nextMarker();

  /// Passes the marker that [#nextMarker()] found; what follows it is the next segment.
  void passMarker();

  /// Index in the stream of the byte that is being read.
  int offset();
}
