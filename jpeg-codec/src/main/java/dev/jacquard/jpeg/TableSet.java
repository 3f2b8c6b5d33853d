package dev.jacquard.jpeg;

import dev.jacquard.jpeg.dct.QuantTable;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The table destinations of a decoder (T.81 B.2.4): four for each kind, empty until a stream fills
/// them, and the conditioning of arithmetic tables, which has defaults.
final class TableSet {
  private final @Nullable QuantTable[] quant = new @Nullable QuantTable[4];
  private final @Nullable HuffmanSpec[] dc = new @Nullable HuffmanSpec[4];
  private final @Nullable HuffmanSpec[] ac = new @Nullable HuffmanSpec[4];

  // 16, since libjpeg takes as many
  private final Conditioning[] conditioning = new Conditioning[16];

  TableSet() {
    Arrays.fill(conditioning, Conditioning.DEFAULT);
  }

  TableSet copy() {
    TableSet copy = new TableSet();
    System.arraycopy(quant, 0, copy.quant, 0, 4);
    System.arraycopy(dc, 0, copy.dc, 0, 4);
    System.arraycopy(ac, 0, copy.ac, 0, 4);
    System.arraycopy(conditioning, 0, copy.conditioning, 0, conditioning.length);
    return copy;
  }

  @Nullable QuantTable quant(int number) {
    return quant[number];
  }

  void setQuant(int number, QuantTable table) {
    quant[number] = table;
  }

  @Nullable HuffmanSpec huffman(boolean isDc, int number) {
    return isDc ? dc[number] : ac[number];
  }

  void setHuffman(boolean isDc, int number, HuffmanSpec spec) {
    (isDc ? dc : ac)[number] = spec;
  }

  Conditioning conditioning(int number) {
    return conditioning[number];
  }

  void setConditioning(int number, Conditioning values) {
    conditioning[number] = values;
  }
}
