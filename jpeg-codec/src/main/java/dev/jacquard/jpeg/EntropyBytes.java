package dev.jacquard.jpeg;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The bytes of entropy-coded segments (T.81 B.1.1.5): takes stuffed zero bytes out and stops at
/// markers, and, where the stream is still growing, at the last byte there is.
final class EntropyBytes {
  /// Returned where a marker, or the end of the data, comes next; [#atMarker()] is false if more
  /// data may come.
  static final int NONE = -1;

  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private byte[] data;
  private int end;
  private boolean complete = true;
  private int position;
  private int start; // of the segment
  private boolean atMarker;
  private int savedPosition;
  private int savedStart;
  private boolean savedAtMarker;

  EntropyBytes(byte[] data, int position) {
    this.data = data;
    this.end = data.length;
    this.position = position;
    this.start = position;
  }

  /// Tells how much of the stream is there by now.
  ///
  /// @param known bytes of `bytes` that are
  /// @param whole whether no more will come
  void extend(byte[] bytes, int known, boolean whole) {
    data = bytes;
    end = known;
    complete = whole;
  }

  /// Remembers this place.
  void save() {
    savedPosition = position;
    savedStart = start;
    savedAtMarker = atMarker;
  }

  /// Goes back to where [#save()] was called.
  void restore() {
    position = savedPosition;
    start = savedStart;
    atMarker = savedAtMarker;
  }

  /// The next byte, 0..255, or [#NONE].
  int next() {
    if (atMarker || position >= end) {
      atMarker |= complete;
      return NONE;
    }
    int value = data[position] & 0xFF;
    int next = position + 1;
    if (value == 0xFF) {
      next = afterFill(position);
      if (next >= end || data[next] != 0) {
        atMarker = next < end || complete;
        return NONE;
      }
      next++;
    }
    position = next;
    return value;
  }

  /// Eight bytes, the first one in the highest bits.
  static long word(byte[] data, int at) {
    return (long) WORD.get(data, at);
  }

  /// Whether a byte of eight is X'FF', so that stuffing or a marker is near: only there do both the
  /// highest bit of a byte be set and adding 1 clear it.
  static boolean hasMarkerByte(long word) {
    return (word & ~(word + 0x0101010101010101L) & 0x8080808080808080L) != 0;
  }

  /// Whether the next eight bytes are there and stand for themselves.
  boolean hasPlainWord() {
    return !atMarker && position <= end - 8 && !hasMarkerByte(word(data, position));
  }

  /// The next eight bytes, which must be plain.
  long word() {
    return word(data, position);
  }

  /// Takes some of the bytes of [#word()].
  void pass(int bytes) {
    position += bytes;
  }

  /// The stream itself, for who looks ahead.
  byte[] data() {
    return data;
  }

  /// Index in [#data()] of the next byte.
  int position() {
    return position;
  }

  /// Goes to a byte that is not past any marker.
  void moveTo(int at) {
    position = at;
  }

  /// How many bytes are there behind the next one's beginning; none if a marker comes next.
  int left() {
    return atMarker ? 0 : end - position;
  }

  /// First byte from `at` on that is not X'FF'.
  private int afterFill(int at) {
    int i = at;
    while (i < end && data[i] == -1) {
      i++;
    }
    return i;
  }

  /// Whether all bytes before the next marker have been taken.
  boolean atMarker() {
    return atMarker;
  }

  /// Drops what is left of the segment and looks for the next marker.
  ///
  /// @return its code; EOI at the end of the data
  int nextMarker() {
    do {
      while (hasPlainWord()) {
        position += 8;
      }
    } while (!atMarker && next() != NONE);
    int at = afterFill(position);
    return at < end ? data[at] & 0xFF : Marker.EOI;
  }

  /// Passes the marker that [#nextMarker()] found; what follows it is the next segment.
  void passMarker() {
    position = Math.min(afterFill(position) + 1, end);
    start = position;
    atMarker = false;
  }

  /// Index in the stream of the byte that was taken `back` bytes ago; of the next byte for 0.
  int offset(int back) {
    int at = position;
    for (int n = back; n > 0; n--) {
      at--;
      if (data[at] == 0 && at > start && data[at - 1] == -1) { // stuffed, and maybe filled up
        while (at > start && data[at - 1] == -1) {
          at--;
        }
      }
    }
    return at;
  }
}
