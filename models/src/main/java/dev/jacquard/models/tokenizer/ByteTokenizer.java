package dev.jacquard.models.tokenizer;

import java.util.Arrays;

/// One id for each byte: byte b is id `3 + b`, 259 ids in all.
public final class ByteTokenizer implements ByteStreamTokenizer {

  /// Makes the tokenizer; all are alike.
  public ByteTokenizer() {}

  @Override
  public int vocabSize() {
    return FIRST_BYTE + 256;
  }

  @Override
  public int[] encode(byte[] bytes) {
    int[] ids = new int[bytes.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = FIRST_BYTE + (bytes[i] & 0xFF);
    }
    return ids;
  }

  @Override
  public byte[] decode(int[] ids) {
    byte[] bytes = new byte[ids.length];
    int n = 0;
    for (int id : ids) {
      if (id < 0 || id >= vocabSize()) {
        throw new IllegalArgumentException(
            "decode: no such id; %d; need 0 to %d".formatted(id, vocabSize() - 1));
      }
      if (id >= FIRST_BYTE) {
        bytes[n++] = (byte) (id - FIRST_BYTE);
      }
    }
    return Arrays.copyOf(bytes, n);
  }
}
