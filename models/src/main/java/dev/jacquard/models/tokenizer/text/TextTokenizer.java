package dev.jacquard.models.tokenizer.text;

import dev.jacquard.models.tokenizer.TokenizerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Turns texts into ids and back. Immutable and safe for use by several threads.
public interface TextTokenizer {
  /// Ids run from 0 to `vocabSize() - 1`.
  ///
  /// @return number of ids
  int vocabSize();

  /// Turns a text into ids; no start or end is added.
  ///
  /// @param text any text; halves of surrogate pairs count as U+FFFD
  /// @return `[T]`
  int[] encode(String text);

  /// Turns ids into a text; control tokens are left out.
  ///
  /// @param ids `[T]`, ids below [#vocabSize()]
  /// @return the text; bytes that are not UTF-8 become U+FFFD
  /// @throws IllegalArgumentException if an id is not in the vocabulary
  String decode(int... ids);

  /// How a token is written in the vocabulary.
  ///
  /// @param id 0 to `vocabSize() - 1`
  /// @return its spelling
  /// @throws IllegalArgumentException if there is no such id
  String token(int id);

  /// The id of a token.
  ///
  /// @param token its spelling in the vocabulary
  /// @return its id, or -1 if there is none
  int id(String token);

  /// Reads the tokenizer of a model folder: `tokenizer.model` if there is one, else
  /// `tokenizer.json`.
  ///
  /// @param folder a model folder
  /// @return the tokenizer
  /// @throws TokenizerException if there is none, or it is malformed
  /// @throws IOException if it cannot be read
  static TextTokenizer ofFolder(Path folder) throws IOException {
    Path pieces = folder.resolve("tokenizer.model");
    return Files.exists(pieces)
        ? SentencePieceTokenizer.load(pieces)
        : HuggingFaceTokenizer.load(folder.resolve("tokenizer.json"));
  }
}
