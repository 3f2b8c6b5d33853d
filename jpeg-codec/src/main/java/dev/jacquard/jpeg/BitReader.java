package dev.jacquard.jpeg;

/// Bits of Huffman-coded segments (T.81 F.2.2.5).
///
/// Past the end of a segment it delivers 0-bits without end and remembers that it did.
final class BitReader implements EntropyReader {
  private final EntropyBytes in;

  // the next bit is the highest one; those after the first `bits` are 0
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
    return (int) (buffer >>> (64 - n));
  }

  /// Takes bits that were peeked at.
  void skip(int n) {
    buffer <<= n;
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
    return category == 0 ? 0 : extend(receive(category), category);
  }

  /// EXTEND (F.2.2.1): of the values of a category, the lower half is negative.
  ///
  /// @param bits `category` of them
  /// @param category at least 1
  static int extend(int bits, int category) {
    return bits < 1 << (category - 1) ? bits - (1 << category) + 1 : bits;
  }

  @Override
  public int bit() {
    return receive(1);
  }

  /// Reads as many bits ahead as there are and have room.
  void readAhead() {
    if (bits < 32 && padding == 0) {
      fill(0);
    }
  }

  private void fill(int n) {
    if (in.hasPlainWord()) {
      int bytes = (63 - bits) >> 3;
      buffer |= in.word() >>> bits & -1L << (64 - bits - 8 * bytes);
      bits += 8 * bytes;
      in.pass(bytes);
      return;
    }
    while (bits <= 56) {
      int value = in.next();
      if (value == EntropyBytes.NONE) {
        break;
      }
      buffer |= (long) value << (56 - bits);
      bits += 8;
    }
    if (bits < n) {
      starved |= !in.atMarker();
      bits += 32;
      padding += 32;
    }
  }

  /// Where bytes come from, for who keeps [#buffer()] and [#bits()] at hand.
  EntropyBytes bytes() {
    return in;
  }

  /// The bits that have been read ahead, from the highest one on; 0 after [#bits()] of them.
  long buffer() {
    return buffer;
  }

  /// How many bits of [#buffer()] count.
  int bits() {
    return bits;
  }

  /// Goes on with other bits read ahead.
  ///
  /// @param newBuffer what comes after the first `newBits` is left out
  void set(long newBuffer, int newBits) {
    buffer = newBuffer & ~(-1L >>> newBits);
    bits = newBits;
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
    return in.atMarker() && left < 8 && (left == 0 || buffer >> (64 - left) == -1);
  }

  @Override
  public int nextMarker() {
    buffer = 0;
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
