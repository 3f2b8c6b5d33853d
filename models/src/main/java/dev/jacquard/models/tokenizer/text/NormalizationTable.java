package dev.jacquard.models.tokenizer.text;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What a SentencePiece model replaces before it cuts a text: spellings of characters (such as full
/// width letters or ligatures) and their usual forms, found by the longest match.
///
/// The file's form is `precompiled_charsmap` of google/sentencepiece: the size of a trie in bytes,
/// the trie, and the replacements one after the other, each ended by a zero byte. The trie is a
/// double array over UTF-8 bytes (Aoe 1989, in the form of the Darts-clone library): units of 32
/// bits, of which one holds the byte that leads to it, whether a key ends there, and the distance
/// to the units of the next bytes; the unit of a key's end holds where its replacement begins.
final class NormalizationTable {
  private static final int LEAF = 1 << 31;
  private static final int HAS_VALUE = 1 << 8;
  private static final int FAR = 1 << 9; // the distance counts in 256 units

  private final int[] units;
  private final byte[] replacements;

  private NormalizationTable(int[] units, byte[] replacements) {
    this.units = units;
    this.replacements = replacements;
  }

  /// Reads a table.
  ///
  /// @param bytes all of it
  /// @return the table; null if sizes do not fit
  static @Nullable NormalizationTable read(ByteBuffer bytes) {
    ByteBuffer in = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    if (in.remaining() < Integer.BYTES) {
      return null;
    }
    long trieBytes = Integer.toUnsignedLong(in.getInt());
    if (trieBytes == 0 || trieBytes % Integer.BYTES != 0 || trieBytes > in.remaining()) {
      return null;
    }
    int[] units = new int[(int) trieBytes / Integer.BYTES];
    in.asIntBuffer().get(units);
    in.position(in.position() + (int) trieBytes);
    byte[] replacements = new byte[in.remaining()];
    in.get(replacements);
    return new NormalizationTable(units, replacements);
  }

  /// The longest spelling that starts at a place.
  ///
  /// @param text well-formed
  /// @param at start of a character
  /// @return what stands for it; null if there is none
  @Nullable Match longestAt(String text, int at) {
    int node = next(0);
    int value = -1;
    int end = at;
    for (int i = at; i < text.length() && node >= 0; ) {
      int after = i + Character.charCount(text.codePointAt(i));
      boolean ends = false;
      for (byte b : Utf8.bytes(text.substring(i, after))) {
        int child = node ^ (b & 0xff);
        if (child < 0 || child >= units.length || (units[child] & (LEAF | 0xff)) != (b & 0xff)) {
          return match(value, end);
        }
        node = next(child);
        ends = node >= 0 && node < units.length && (units[child] & HAS_VALUE) != 0;
      }
      i = after;
      if (ends) {
        value = units[node] & ~LEAF;
        end = i;
      }
    }
    return match(value, end);
  }

  /// The unit from which those of the next bytes are counted.
  private int next(int node) {
    int unit = units[node];
    return node ^ (unit >>> 10 << ((unit & FAR) >>> 6));
  }

  private @Nullable Match match(int value, int end) {
    if (value < 0 || value > replacements.length) {
      return null;
    }
    int to = value;
    while (to < replacements.length && replacements[to] != 0) {
      to++;
    }
    return new Match(new String(replacements, value, to - value, StandardCharsets.UTF_8), end);
  }

  /// A spelling that was found.
  ///
  /// @param replacement what stands for it, perhaps nothing
  /// @param end where it ends in the text
  record Match(String replacement, int end) {}
}
