package dev.jacquard.jpeg;

import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// A Huffman table as a DHT segment specifies it (T.81 B.2.4.2): how many codes of each length
/// there are, and the symbols in order of their codes.
///
/// Immutable. The typical tables of Annex K.3 are here too.
final class HuffmanSpec {
  static final HuffmanSpec DC_LUMINANCE =
      fromHex("00010501010101010100000000000000", "000102030405060708090a0b");

  static final HuffmanSpec DC_CHROMINANCE =
      fromHex("00030101010101010101010000000000", "000102030405060708090a0b");

  static final HuffmanSpec AC_LUMINANCE =
      fromHex(
          "0002010303020403050504040000017d",
          """
          01020300041105122131410613516107227114328191a1082342b1c11552d1f0
          2433627282090a161718191a25262728292a3435363738393a43444546474849
          4a535455565758595a636465666768696a737475767778797a83848586878889
          8a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5
          c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8
          f9fa\
          """);

  static final HuffmanSpec AC_CHROMINANCE =
      fromHex(
          "00020102040403040705040400010277",
          """
          0001020311040521310612415107617113223281081442\
          91a1b1c109233352f0156272d10a162434e125f11718191a262728292a353637
          38393a434445464748494a535455565758595a636465666768696a7374757677
          78797a82838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3
          b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8
          e9eaf2f3f4f5f6f7f8f9fa\
          """);

  private final byte[] counts;
  private final byte[] symbols;
  private @Nullable HuffmanEncoder encoder; // made at first use; immutable, so threads may race

  /// A table; its parts are checked where a coder is derived from it.
  ///
  /// @param counts the list BITS: `counts[i]` codes have `i + 1` bits
  /// @param symbols the list HUFFVAL
  HuffmanSpec(byte[] counts, byte[] symbols) {
    this.counts = counts.clone();
    this.symbols = symbols.clone();
  }

  private static HuffmanSpec fromHex(String counts, String symbols) {
    HexFormat hex = HexFormat.of();
    return new HuffmanSpec(hex.parseHex(counts), hex.parseHex(symbols.replace("\n", "")));
  }

  /// The typical table of Annex K.3 for a destination, 0 (luminance) or 1 (chrominance).
  static HuffmanSpec annexK(boolean isDc, int number) {
    if (isDc) {
      return number == 0 ? DC_LUMINANCE : DC_CHROMINANCE;
    }
    return number == 0 ? AC_LUMINANCE : AC_CHROMINANCE;
  }

  /// Number of codes of `length` bits, 1..16.
  int count(int length) {
    return counts[length - 1] & 0xFF;
  }

  /// Number of all codes.
  int size() {
    return symbols.length;
  }

  /// Symbol of the `i`-th code, 0..255.
  int symbol(int i) {
    return symbols[i] & 0xFF;
  }

  /// The codes of this table, made once: small pictures would spend more on them than on coding.
  HuffmanEncoder encoder() {
    HuffmanEncoder codes = encoder;
    if (codes == null) {
      codes = new HuffmanEncoder(this);
      encoder = codes;
    }
    return codes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HuffmanSpec spec
        && Arrays.equals(counts, spec.counts)
        && Arrays.equals(symbols, spec.symbols);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(counts) + Arrays.hashCode(symbols);
  }
}
