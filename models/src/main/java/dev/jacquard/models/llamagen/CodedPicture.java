package dev.jacquard.models.llamagen;

import dev.jacquard.models.TokenizerModel;
import dev.jacquard.models.data.ImageSet;
import java.io.IOException;
import java.util.regex.Pattern;

/// A picture as a GPT learns it.
///
/// @param codes `[N]`, in raster order
/// @param label number of its class; -1 for none
/// @param caption what it shows
@SuppressWarnings("ArrayRecordComponent") // nobody compares pictures by value
public record CodedPicture(int[] codes, int label, String caption) {
  /// Encodes a picture of a set.
  ///
  /// @param set pictures with classes and names; a name without folder and ending is the caption
  /// @param index number of the picture
  /// @param tokenizer makes the codes
  /// @return the picture as codes
  /// @throws IOException if it cannot be read
  static CodedPicture of(ImageSet set, int index, TokenizerModel tokenizer) throws IOException {
    int[] codes = tokenizer.encode(tokenizer.fit(set.image(index)));
    String file = set.name(index).substring(set.name(index).lastIndexOf('/') + 1);
    String caption = ENDING.matcher(file).replaceFirst("");
    return new CodedPicture(codes, set.label(index), caption);
  }

  private static final Pattern ENDING = Pattern.compile("\\.(png|jpe?g|gif|bmp|ppm|pgm)$");
}
