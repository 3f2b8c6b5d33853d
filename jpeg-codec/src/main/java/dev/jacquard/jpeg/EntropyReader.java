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

  /// Tells how much of the stream is there by now; see [EntropyBytes#extend].
  void extend(byte[] data, int end, boolean complete);

  /// Whether more was asked for than is there of a stream that is still growing, so that what was
  /// read since [#save()] is made up.
  boolean starved();

  /// Remembers this place and state.
  void save();

  /// Goes back to what [#save()] remembered.
  void restore();

  /// Index in the stream of the byte that is being read.
  int offset();
}
