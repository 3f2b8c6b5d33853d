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
    buffer = (buffer << count) | (value & ((1L << count) - 1));
    bits += count;
    while (bits >= 8) {
      bits -= 8;
      writeStuffed((int) (buffer >> bits) & 0xFF);
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
    if (bits > 0) {
      write(0x7F, 8 - bits);
    }
  }

  private void writeStuffed(int value) {
    out.writeByte(value);
    if (value == 0xFF) {
      out.writeByte(0);
    }
  }
}
