package dev.jacquard.models.jpeglm;

import dev.jacquard.models.tokenizer.ByteStreamTokenizer;
import dev.jacquard.models.tokenizer.TokenizerException;
import dev.jacquard.models.tokenizer.text.SentencePieceWriter;
import dev.jacquard.models.tokenizer.text.TextTokenizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The tokens of the released weights: a tokenizer of texts over the Braille characters, of which
/// `U+2800 + v` stands for byte `v`.
///
/// Han et al. 2024 (arXiv:2408.08459), section 3.1, and the script released with it. What is no
/// Braille, such as the blank that the tokenizer puts first, stands for nothing.
public final class BrailleTokenizer implements ByteStreamTokenizer {
  /// Number of tokens of the released weights.
  public static final int PAPER_VOCABULARY = 320;

  private static final char FIRST = '\u2800';

  private final TextTokenizer text;

  private BrailleTokenizer(TextTokenizer text) {
    this.text = text;
  }

  /// Reads the tokenizer of a folder.
  ///
  /// @param folder with `tokenizer.model` or `tokenizer.json`
  /// @return the tokenizer
  /// @throws TokenizerException if it is malformed, or start and end have other ids than ours
  /// @throws IOException if it cannot be read
  public static BrailleTokenizer ofFolder(Path folder) throws IOException {
    TextTokenizer text = TextTokenizer.ofFolder(folder);
    if (text.id("<s>") != BEGIN || text.id("</s>") != END) {
      throw new TokenizerException(
          folder,
          "tokens <s> and </s> have the ids %d and %d; need %d and %d"
              .formatted(text.id("<s>"), text.id("</s>"), BEGIN, END));
    }
    return new BrailleTokenizer(text);
  }

  /// A `tokenizer.model` of the released form and size that nobody trained: the blank, all bytes,
  /// and pairs that are frequent in JPEG files.
  ///
  /// @return contents of the file
  public static byte[] untrained() {
    List<String> pieces = new ArrayList<>();
    for (int marker = 0; marker < 8; marker++) {
      pieces.add(characters(new byte[] {(byte) 0xFF, (byte) (0xD0 + marker)}));
    }
    for (int b = 0; pieces.size() < PAPER_VOCABULARY - 3 - 1 - 256; b++) { // specials, blank, bytes
      pieces.add(characters(new byte[] {(byte) (5 * b), (byte) b}));
    }
    pieces.add("\u2581");
    for (int b = 0; b < 256; b++) {
      pieces.add(characters(new byte[] {(byte) b}));
    }
    return SentencePieceWriter.bytePairs(pieces);
  }

  @Override
  public int vocabSize() {
    return text.vocabSize();
  }

  @Override
  public int[] encode(byte[] bytes) {
    return bytes.length == 0 ? new int[0] : text.encode(characters(bytes));
  }

  private static String characters(byte[] bytes) {
    StringBuilder characters = new StringBuilder(bytes.length);
    for (byte b : bytes) {
      characters.append((char) (FIRST + (b & 0xFF)));
    }
    return characters.toString();
  }

  @Override
  public byte[] decode(int[] ids) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (char c : text.decode(ids).toCharArray()) {
      if (c >= FIRST && c <= FIRST + 0xFF) {
        bytes.write(c - FIRST);
      }
    }
    return bytes.toByteArray();
  }
}
