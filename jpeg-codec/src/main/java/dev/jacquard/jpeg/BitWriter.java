package dev.jacquard.jpeg;

/// Packs codes into bytes, most significant bit first, and stuffs a zero byte after each X'FF'
/// (T.81 F.1.2.3).
final class BitWriter implements EntropyWriter {
  private final ByteSink out;
  private long buffer;
  private int bits;

  BitWriter(ByteSink out) {
    this.out = out;
  }

  /// Appends the low `count` bits of `value`.
  ///
  /// @param count 0..32
  void write(int value, int count) {
    long code = value & ((1L << count) - 1);
    int over = bits + count - 64;
    if (over > 0) {
      writeEight(buffer << (count - over) | code >>> over);
    }
    buffer = buffer << count | code;
    bits = over > 0 ? over : bits + count;
  }

  /// The bits that are not written yet, in the lowest [#bits()] ones.
  long buffer() {
    return buffer;
  }

  /// How many bits are not written yet, at most 64.
  int bits() {
    return bits;
  }

  /// Goes on with other bits that are not written yet.
  void set(long pending, int count) {
    buffer = pending;
    bits = count;
  }

  /// Writes eight bytes, and stuffing.
  void writeEight(long word) {
    if (EntropyBytes.hasMarkerByte(word)) {
      for (int shift = 56; shift >= 0; shift -= 8) {
        writeStuffed((int) (word >>> shift) & 0xFF);
      }
    } else {
      out.writeLong(word);
    }
  }

  @Override
  public void bit(int value) {
    write(value, 1);
  }

  @Override
  public void finish() {
    pad();
  }

  /// Fills the last byte with 1-bits; what follows starts at a byte boundary.
  void pad() {
    int rest = -bits & 7;
    write(0x7F, rest);
    while (bits > 0) {
      bits -= 8;
      writeStuffed((int) (buffer >> bits) & 0xFF);
    }
  }

  private void writeStuffed(int value) {
    out.writeByte(value);
    if (value == 0xFF) {
      out.writeByte(0);
    }
  }
}
