package dev.jacquard.models.var;

import dev.jacquard.models.data.ImageSet;
import dev.jacquard.models.data.ImageTransform;
import dev.jacquard.models.data.Picture;
import dev.jacquard.models.vq.VqTokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A picture as a transformer learns it.
///
/// @param codes `[L]`, map after map
/// @param label number of its class; -1 for none
@SuppressWarnings("ArrayRecordComponent") // nobody compares pictures by value
record LabelledMaps(int[] codes, int label) {
  private static final int BATCH = 64;

  /// Encodes the first pictures of a set.
  ///
  /// @param set pictures with classes
  /// @param most how many at most
  /// @param withMirrored whether each comes a second time, mirrored
  /// @param tokenizer makes the codes
  /// @return pictures as codes
  static List<LabelledMaps> of(ImageSet set, int most, boolean withMirrored, VqTokenizer tokenizer)
      throws IOException {
    List<LabelledMaps> coded = new ArrayList<>();
    for (int from = 0; from < Math.min(most, set.size()); from += BATCH) {
      int to = Math.min(from + BATCH, Math.min(most, set.size()));
      List<Picture> pictures = new ArrayList<>();
      for (int i = from; i < to; i++) {
        pictures.add(tokenizer.fit(set.image(i)));
      }
      add(coded, set, from, tokenizer.encodeAll(pictures));
      if (withMirrored) {
        pictures.replaceAll(ImageTransform::flipHorizontal);
        add(coded, set, from, tokenizer.encodeAll(pictures));
      }
    }
    return coded;
  }

  private static void add(List<LabelledMaps> coded, ImageSet set, int from, List<int[]> codes) {
    for (int i = 0; i < codes.size(); i++) {
      coded.add(new LabelledMaps(codes.get(i), set.label(from + i)));
    }
  }
}
