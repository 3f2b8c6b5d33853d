package dev.jacquard.models.jpeglm;

import dev.jacquard.models.data.Picture;
import dev.jacquard.models.tokenizer.ByteStreamTokenizer;
import dev.jacquard.models.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.util.Arrays;

/// Pictures as the tokens of their JPEG bytes: `<s> tokens </s>`.
///
/// @param streams pictures to bytes
/// @param bytes bytes to tokens
public record JpegTokenizer(JpegStream streams, ByteStreamTokenizer bytes)
    implements ImageTokenizer {
  @Override
  public int vocabSize() {
    return bytes.vocabSize();
  }

  @Override
  public int[] encode(Picture picture) {
    return document(streams.encode(picture));
  }

  @Override
  public Picture decode(int[] tokens) throws IOException {
    return streams.decode(stream(tokens));
  }

  /// Whether equal tokens mean equal bytes.
  ///
  /// @param other another tokenizer
  /// @return true if all ids spell the same
  public boolean isLike(JpegTokenizer other) {
    boolean same = vocabSize() == other.vocabSize();
    for (int id = 0; same && id < vocabSize(); id++) {
      int[] one = {id};
      same = Arrays.equals(bytes.decode(one), other.bytes.decode(one));
    }
    return same;
  }

  /// The tokens of a stream between start and end token.
  ///
  /// @param stream bytes of a picture
  /// @return `[T]`
  public int[] document(byte[] stream) {
    int[] ids = bytes.encode(stream);
    int[] document = new int[ids.length + 2];
    document[0] = ByteStreamTokenizer.BEGIN;
    System.arraycopy(ids, 0, document, 1, ids.length);
    document[ids.length + 1] = ByteStreamTokenizer.END;
    return document;
  }

  /// The start token and the tokens of an unfinished stream.
  ///
  /// @param prefix first bytes of a stream; may be empty
  /// @return `[T]`, at least one token
  public int[] prompt(byte[] prefix) {
    int[] ids = bytes.encode(prefix);
    int[] tokens = new int[ids.length + 1];
    tokens[0] = ByteStreamTokenizer.BEGIN;
    System.arraycopy(ids, 0, tokens, 1, ids.length);
    return tokens;
  }

  /// The bytes of a token sequence, as they are.
  ///
  /// @param tokens `[T]`, start and end token included or not
  /// @return bytes, without repair
  public byte[] stream(int[] tokens) {
    return bytes.decode(tokens);
  }
}
