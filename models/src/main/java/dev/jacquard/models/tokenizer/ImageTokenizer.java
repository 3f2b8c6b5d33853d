package dev.jacquard.models.tokenizer;

import dev.jacquard.models.data.Picture;
import java.io.IOException;

/// Turns pictures into token sequences and back: bytes of a codec, code indices, ...
public interface ImageTokenizer {
  /// Number of tokens, specials included.
  ///
  /// @return `V`
  int vocabSize();

  /// The tokens of a picture, with start and end token if the vocabulary has them.
  ///
  /// @param picture of the tokenizer's size
  /// @return `[T]`, each below `V`
  int[] encode(Picture picture);

  /// The picture of a token sequence; what is broken or missing is repaired as far as the form
  /// allows.
  ///
  /// @param tokens `[T]`, each below `V`
  /// @return a picture
  /// @throws IOException if nothing can be made of them
  Picture decode(int[] tokens) throws IOException;
}
