package dev.jacquard.jpeg;

import java.nio.ByteBuffer;

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

  /// What the last JFIF segment of a stream says. Versions of which nobody knows are not believed.
  static JfifHeader of(JpegMetadata metadata) {
    JfifHeader found = DEFAULT;
    for (MarkerSegment segment : metadata.segments()) {
      if (segment.marker() == Marker.APP0 && segment.startsWith("JFIF\0", 14)) {
        ByteBuffer data = ByteBuffer.wrap(segment.data());
        int version = data.get(5) == 1 ? data.getShort(5) : found.version();
        int x = data.getShort(8) & 0xFFFF;
        found = new JfifHeader(version, data.get(7) & 0xFF, x, data.getShort(10) & 0xFFFF);
      }
    }
    return found;
  }
}
