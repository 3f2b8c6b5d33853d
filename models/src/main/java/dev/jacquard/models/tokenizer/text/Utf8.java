package dev.jacquard.models.tokenizer.text;

import java.nio.charset.StandardCharsets;

/// Texts as bytes.
final class Utf8 {
  private Utf8() {}

  /// The text with U+FFFD for halves of surrogate pairs.
  static String wellFormed(String text) {
    StringBuilder clean = null;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      if (Character.getType(c) == Character.SURROGATE) {
        clean = clean == null ? new StringBuilder(text) : clean;
        clean.setCharAt(i, '\ufffd');
      }
      i += Character.charCount(c);
    }
    return clean == null ? text : clean.toString();
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// Number of bytes of a part of a text.
  static int length(String text, int from, int to) {
    return bytes(text.substring(from, to)).length;
  }
}
