package dev.jacquard.jpeg;

/// What the APP0 segment of a JFIF file says (T.871 clause 10.1), the thumbnail left out.
///
/// @param version X'0101' for 1.01
/// @param units of the densities: 0 none (only their ratio counts), 1 dots per inch, 2 per
///   centimetre
/// @param xDensity horizontal density
/// @param yDensity vertical density
record JfifHeader(int version, int units, int xDensity, int yDensity) {
  /// Version 1.01, square pixels.
  static final JfifHeader DEFAULT = new JfifHeader(0x0101, 0, 1, 1);
}
