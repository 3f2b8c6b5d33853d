package dev.jacquard.jpeg;

/// How an encoder turns coefficients into bits.
public enum EntropyCoding {
  /// Huffman's codes with the typical tables of T.81 K.3; progressive pictures, for which those are
  /// not made, get tables of their own.
  HUFFMAN,
  /// Huffman's codes with tables made for each scan (T.81 K.2): some per cent smaller.
  OPTIMIZED_HUFFMAN,
  /// Arithmetic coding (T.81 Annex D): smaller still, but few programs read it.
  ARITHMETIC
}
