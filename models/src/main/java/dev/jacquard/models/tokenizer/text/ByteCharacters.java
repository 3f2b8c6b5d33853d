package dev.jacquard.models.tokenizer.text;

import java.io.ByteArrayOutputStream;

/// Bytes spelled as characters that can be seen, one each: GPT-2's way to have every byte string as
/// a text. Printable bytes of Latin-1 stand for themselves, the others for U+0100 and on.
final class ByteCharacters {
  private static final char[] CHARACTERS = new char[256];
  private static final int[] BYTES = new int[512];

  static {
    java.util.Arrays.fill(BYTES, -1);
    int others = 0;
    for (int b = 0; b < 256; b++) {
      boolean isSeen = (b >= '!' && b <= '~') || (b >= 0xa1 && b <= 0xff && b != 0xad);
      CHARACTERS[b] = (char) (isSeen ? b : 0x100 + others++);
      BYTES[CHARACTERS[b]] = b;
    }
  }

  private ByteCharacters() {}

  static String spell(byte[] bytes) {
    char[] text = new char[bytes.length];
    for (int i = 0; i < text.length; i++) {
      text[i] = CHARACTERS[bytes[i] & 0xff];
    }
    return new String(text);
  }

  /// The bytes that a text spells; characters that spell none stand for their UTF-8.
  static void read(String text, ByteArrayOutputStream out) {
    text.codePoints()
        .forEach(
            c -> {
              if (c < BYTES.length && BYTES[c] >= 0) {
                out.write(BYTES[c]);
              } else {
                out.writeBytes(Utf8.bytes(Character.toString(c)));
              }
            });
  }
}
