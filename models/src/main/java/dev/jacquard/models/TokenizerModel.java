package dev.jacquard.models;

import dev.jacquard.models.data.Picture;
import dev.jacquard.models.tokenizer.ImageTokenizer;
import java.util.List;

/// A loaded model that turns pictures into codes and back.
public interface TokenizerModel extends PictureModel, ImageTokenizer {
  /// Rows of codes for a picture.
  ///
  /// @return `h`
  int gridRows();

  /// Codes in a row.
  ///
  /// @return `w`
  int gridColumns();

  /// Codes of a picture.
  ///
  /// @return `h w` unless the tokenizer says otherwise, as one of several maps does
  default int length() {
    return gridRows() * gridColumns();
  }

  /// Which weights it has, so that what was trained on its codes can tell.
  ///
  /// @return the first 12 hexadecimal digits of the SHA-256 of the file
  String hash();

  /// The codes of pictures.
  ///
  /// @param pictures of the model's size
  /// @return [#length()] each, row by row
  List<int[]> encodeAll(List<Picture> pictures);

  /// The pictures of codes.
  ///
  /// @param codes [#length()] each, row by row
  /// @return one picture each
  List<Picture> decodeAll(List<int[]> codes);

  /// What the codes stand for.
  ///
  /// @return `[V][d]`, a vector for each code
  /// @throws IllegalArgumentException if codes have no vector of their own
  default float[][] codeVectors() {
    throw new IllegalArgumentException(
        "tokenizer: codes of %s have no vectors".formatted(getClass().getSimpleName()));
  }
}
