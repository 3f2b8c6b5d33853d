package dev.jacquard.jpeg;

/// Bits of Huffman-coded segments (T.81 F.2.2.5).
///
/// Past the end of a segment it delivers 0-bits without end and remembers that it did.
final class BitReader implements EntropyReader {
  private final EntropyBytes in;

  private long buffer;
  private int bits;
  // how many of the bits are not from the stream
  private int padding;
  private boolean overrun;
  private boolean starved;
  private long savedBuffer;
  private int savedBits;
  private int savedPadding;
  private boolean savedOverrun;

  BitReader(byte[] data, int position) {
    this.in = new EntropyBytes(data, position);
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

  /// RECEIVE (F.2.2.4): the next bits as a number.
  ///
  /// @param n 0..16
  int receive(int n) {
    if (n == 0) {
      return 0;
    }
    int value = peek(n);
    skip(n);
    return value;
  }

  /// RECEIVE and EXTEND (F.2.2.1): the value that `category` more bits select.
  int receiveExtend(int category) {
    int value = receive(category);
    return category > 0 && value < 1 << (category - 1) ? value - (1 << category) + 1 : value;
  }

  @Override
  public int bit() {
    return receive(1);
  }

  private void fill(int n) {
    while (bits <= 48) {
      int value = in.next();
      if (value == EntropyBytes.NONE) {
        break;
      }
      buffer = buffer << 8 | value;
      bits += 8;
    }
    if (bits < n) {
      starved |= !in.atMarker();
      buffer <<= 32;
      bits += 32;
      padding += 32;
    }
  }

  @Override
  public boolean overrun() {
    return overrun;
  }

  /// Whether nothing but 1-bits up to the next byte boundary is left before the next marker.
  @Override
  public boolean endsCleanly() {
    if (bits < 8) {
      fill(8);
    }
    int left = bits - padding;
    return in.atMarker()
        && left < 8
        && (buffer >>> padding & ((1L << left) - 1)) == (1L << left) - 1;
  }

  @Override
  public int nextMarker() {
    bits = 0;
    padding = 0;
    overrun = false;
    int marker = in.nextMarker();
    starved |= !in.atMarker();
    return marker;
  }

  @Override
  public void passMarker() {
    in.passMarker();
  }

  @Override
  public void extend(byte[] data, int end, boolean complete) {
    in.extend(data, end, complete);
  }

  @Override
  public boolean starved() {
    return starved;
  }

  @Override
  public void save() {
    in.save();
    savedBuffer = buffer;
    savedBits = bits;
    savedPadding = padding;
    savedOverrun = overrun;
  }

  @Override
  public void restore() {
    in.restore();
    buffer = savedBuffer;
    bits = savedBits;
    padding = savedPadding;
    overrun = savedOverrun;
    starved = false;
  }

  /// Index in the stream of the byte that holds the next bit.
  @Override
  public int offset() {
    return in.offset((bits - padding + 7) / 8);
  }
}
