package dev.jacquard.jpeg;

import java.io.ByteArrayOutputStream;

/// Counts symbols and makes the Huffman table that codes them in the fewest bits (T.81 K.2).
final class SymbolCounter implements SymbolWriter {
  private static final int LONGEST = 16;
  // a symbol that gets the longest code of 1-bits only, which must not be used
  private static final int RESERVED = 256;

  private final long[] counts = new long[RESERVED + 1];

  @Override
  public void write(int symbol, int extra, int extraBits) {
    counts[symbol]++;
  }

  @Override
  public void bits(int value, int count) {
    // bits cost the same with every table
  }

  /// The best table for what was counted.
  HuffmanSpec best() {
    int[] sizes = codeSizes();
    int[] bits = new int[2 * RESERVED];
    for (int size : sizes) {
      bits[size]++;
    }
    bits[0] = 0;
    shorten(bits);
    byte[] perLength = new byte[LONGEST];
    for (int i = 0; i < LONGEST; i++) {
      perLength[i] = (byte) bits[i + 1];
    }
    return new HuffmanSpec(perLength, sortedSymbols(sizes));
  }

  /// Figure K.1: lengths of the codes by merging the two rarest branches again and again; among
  /// equals the larger number is taken first.
  private int[] codeSizes() {
    long[] frequency = counts.clone();
    frequency[RESERVED] = 1;
    int[] sizes = new int[RESERVED + 1];
    int[] next = new int[RESERVED + 1]; // next symbol of a branch + 1, or 0
    while (true) {
      int v1 = rarest(frequency, -1);
      int v2 = rarest(frequency, v1);
      if (v2 < 0) {
        return sizes;
      }
      frequency[v1] += frequency[v2];
      frequency[v2] = 0;
      next[lengthen(sizes, next, v1)] = v2 + 1;
      lengthen(sizes, next, v2);
    }
  }

  private static int rarest(long[] frequency, int except) {
    int best = -1;
    for (int i = 0; i < frequency.length; i++) {
      if (i != except && frequency[i] > 0 && (best < 0 || frequency[i] <= frequency[best])) {
        best = i;
      }
    }
    return best;
  }

  /// Adds a bit to all codes of a branch.
  ///
  /// @return its last symbol
  private static int lengthen(int[] sizes, int[] next, int first) {
    int symbol = first;
    sizes[symbol]++;
    while (next[symbol] > 0) {
      symbol = next[symbol] - 1;
      sizes[symbol]++;
    }
    return symbol;
  }

  /// Figure K.3: makes codes over 16 bits shorter, two at a time, at the cost of a shorter one;
  /// then takes the reserved code out.
  private static void shorten(int[] bits) {
    for (int i = bits.length - 1; i > LONGEST; i--) {
      while (bits[i] > 0) {
        int j = i - 2;
        while (bits[j] == 0) {
          j--;
        }
        bits[i] -= 2;
        bits[i - 1]++;
        bits[j + 1] += 2;
        bits[j]--;
      }
    }
    int longest = LONGEST;
    while (bits[longest] == 0) {
      longest--;
    }
    bits[longest]--;
  }

  /// Figure K.4: symbols by length of their code before shortening.
  private static byte[] sortedSymbols(int[] sizes) {
    ByteArrayOutputStream symbols = new ByteArrayOutputStream();
    for (int size = 1; size <= RESERVED; size++) {
      for (int symbol = 0; symbol < RESERVED; symbol++) {
        if (sizes[symbol] == size) {
          symbols.write(symbol);
        }
      }
    }
    return symbols.toByteArray();
  }
}
