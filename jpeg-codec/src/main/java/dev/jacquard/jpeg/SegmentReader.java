package dev.jacquard.jpeg;

/// The parameters of one marker segment, read front to back (T.81 B.1.1.4).
final class SegmentReader {
  private final byte[] data;
  private final String name;
  private final int end;
  private int position;

  private SegmentReader(byte[] data, String name, int position, int end) {
    this.data = data;
    this.name = name;
    this.position = position;
    this.end = end;
  }

  /// Opens a segment.
  ///
  /// @param marker its code
  /// @param at index of its length field
  /// @throws JpegFormatException if the length is under 2 or reaches past the data
  static SegmentReader open(byte[] data, int marker, int at) throws JpegFormatException {
    String name = Marker.name(marker);
    if (data.length - at < 2) {
      throw new JpegFormatException(name + " segment cut off", at, "B.1.1.4");
    }
    int length = (data[at] & 0xFF) << 8 | (data[at + 1] & 0xFF);
    if (length < 2) {
      String problem = "%s segment of %d bytes, need 2 or more".formatted(name, length);
      throw new JpegFormatException(problem, at, "B.1.1.4");
    }
    if (length > data.length - at) {
      String problem =
          "%s segment of %d bytes, %d are left".formatted(name, length, data.length - at);
      throw new JpegFormatException(problem, at, "B.1.1.4");
    }
    return new SegmentReader(data, name, at + 2, at + length);
  }

  int u8() throws JpegFormatException {
    if (position >= end) {
      throw new JpegFormatException(name + " segment too short", position, "B.2");
    }
    return data[position++] & 0xFF;
  }

  int u16() throws JpegFormatException {
    int high = u8();
    return high << 8 | u8();
  }

  byte[] bytes(int n) throws JpegFormatException {
    byte[] result = new byte[n];
    for (int i = 0; i < n; i++) {
      result[i] = (byte) u8();
    }
    return result;
  }

  int remaining() {
    return end - position;
  }

  /// Index in the stream of the next byte.
  int offset() {
    return position;
  }

  /// Index in the stream of the byte after the segment.
  int end() {
    return end;
  }

  /// Checks that everything has been read.
  void expectEnd() throws JpegFormatException {
    if (position != end) {
      String problem = "%d bytes too many in %s segment".formatted(end - position, name);
      throw new JpegFormatException(problem, position, "B.2");
    }
  }
}
