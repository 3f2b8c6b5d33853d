package dev.jacquard.jpeg;

/// Bits of entropy-coded segments (T.81 F.2.2.5): takes stuffed zero bytes out and stops at
/// markers.
///
/// Past the end of a segment it delivers 0-bits without end and remembers that it did.
final class BitReader {
  private final byte[] data;
  private int position;
  private boolean atMarker;

  private long buffer;
  private int bits;
  // how many of the bits are not from the stream
  private int padding;
  private boolean overrun;

  BitReader(byte[] data, int position) {
    this.data = data;
    this.position = position;
  }

  /// The next bits, without taking them.
  ///
  /// @param n 1..17
  int peek(int n) {
    if (bits < n) {
      fill(n);
    }
    return (int) (buffer >>> (bits - n)) & ((1 << n) - 1);
  }

  /// Takes bits that were peeked at.
  void skip(int n) {
    bits -= n;
    if (bits < padding) {
      overrun = true;
      padding = bits;
    }
  }

  /// RECEIVE and EXTEND (F.2.2.1): the value that `category` more bits select.
  int receiveExtend(int category) {
    if (category == 0) {
      return 0;
    }
    int value = peek(category);
    skip(category);
    return value < 1 << (category - 1) ? value - (1 << category) + 1 : value;
  }

  private void fill(int n) {
    while (bits <= 48 && !atMarker) {
      load();
    }
    if (bits < n) {
      buffer <<= 32;
      bits += 32;
      padding += 32;
    }
  }

  /// Appends a byte, or finds that a marker comes next.
  private void load() {
    if (position >= data.length) {
      atMarker = true;
      return;
    }
    int value = data[position] & 0xFF;
    int next = position + 1;
    if (value == 0xFF) {
      next = afterFill(position);
      if (next >= data.length || data[next] != 0) {
        atMarker = true;
        return;
      }
      next++;
    }
    position = next;
    buffer = buffer << 8 | value;
    bits += 8;
  }

  /// First byte from `at` on that is not X'FF'.
  private int afterFill(int at) {
    int i = at;
    while (i < data.length && data[i] == -1) {
      i++;
    }
    return i;
  }

  /// Whether 0-bits were taken that are not in the stream.
  boolean overrun() {
    return overrun;
  }

  /// Whether nothing but 1-bits up to the next byte boundary is left before the next marker.
  boolean endsCleanly() {
    if (bits < 8) {
      fill(8);
    }
    int left = bits - padding;
    return atMarker && left < 8 && (buffer >>> padding & ((1L << left) - 1)) == (1L << left) - 1;
  }

  /// Drops what is left of the segment and looks for the next marker.
  ///
  /// @return its code; EOI at the end of the data
  int nextMarker() {
    bits = 0;
    padding = 0;
    overrun = false;
    while (!atMarker) {
      load();
      bits = 0;
    }
    int at = afterFill(position);
    return at < data.length ? data[at] & 0xFF : Marker.EOI;
  }

  /// Passes the marker that [#nextMarker()] found; what follows it is the next segment.
  void passMarker() {
    position = Math.min(afterFill(position) + 1, data.length);
    atMarker = false;
  }

  /// Index in the stream of the byte that holds the next bit.
  int offset() {
    int at = position;
    for (int n = (bits - padding + 7) / 8; n > 0; n--) {
      at -= at >= 2 && data[at - 1] == 0 && data[at - 2] == -1 ? 2 : 1;
    }
    return at;
  }
}
