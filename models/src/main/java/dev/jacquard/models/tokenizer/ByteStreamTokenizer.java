package dev.jacquard.models.tokenizer;

/// Turns byte strings into ids and back, without loss: `decode(encode(bytes))` equals `bytes`.
///
/// Ids 0 to 2 are special, and id `3 + b` is byte b; what follows is up to the tokenizer. The ids
/// are those of JPEG-LM's vocabulary. Tokenizers are immutable and safe for use by several threads.
public interface ByteStreamTokenizer {
  /// `<unk>`, which also pads batches; no byte string contains it.
  int UNKNOWN = 0;

  /// `<s>`, which starts a picture.
  int BEGIN = 1;

  /// `</s>`, which ends a picture.
  int END = 2;

  /// The id of byte 0.
  int FIRST_BYTE = 3;

  /// Ids run from 0 to `vocabSize() - 1`.
  ///
  /// @return specials, bytes and merges together
  int vocabSize();

  /// Turns bytes into ids; no special is added.
  ///
  /// @param bytes any bytes
  /// @return `[T]`, at most as many ids as bytes
  int[] encode(byte[] bytes);

  /// Turns ids into bytes; specials are left out.
  ///
  /// @param ids `[T]`, ids below `vocabSize()`
  /// @return the bytes
  /// @throws IllegalArgumentException if an id is not in the vocabulary
  byte[] decode(int[] ids);
}
