package dev.jacquard.models;

import dev.jacquard.models.data.Augmentation;
import dev.jacquard.models.data.ImageSet;
import dev.jacquard.models.data.Picture;
import dev.jacquard.tensor.random.RandomStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A picture as a generator learns it.
///
/// @param codes as many as the tokenizer makes of a picture
/// @param label number of its class; -1 for none
/// @param caption what it shows
@SuppressWarnings("ArrayRecordComponent") // nobody compares pictures by value
public record CodedPicture(int[] codes, int label, String caption) {
  private static final int USUAL_FORMS = 10; // LlamaGen's ten crops
  private static final int BATCH = 64;

  /// Encodes the first pictures of a set.
  ///
  /// @param set any pictures
  /// @param most how many at most
  /// @param tokenizer makes the codes
  /// @return pictures as codes
  /// @throws IOException if one cannot be read
  public static List<CodedPicture> of(ImageSet set, int most, TokenizerModel tokenizer)
      throws IOException {
    return of(set, most, new Augmentation(false, 0), 1, RandomStream.of(0), tokenizer);
  }

  /// Encodes all pictures to learn from, each in several forms. Codes do not mirror or move, so
  /// pictures do, before they are encoded. Settings and their defaults:
  ///
  /// | name | meaning | default |
  /// |---|---|---|
  /// | `flip` | whether mirrored pictures are learned, too | false |
  /// | `shift` | by how many pixels pictures are moved at most | 0 |
  /// | `forms` | in how many of these forms each picture is encoded | 10, or all if there are fewer |
  ///
  /// @param set any pictures
  /// @param settings see the table above
  /// @param seed number that fixes the forms
  /// @param tokenizer makes the codes
  /// @return pictures as codes, each form as often as the others
  /// @throws IOException if a picture cannot be read
  public static List<CodedPicture> toLearn(
      ImageSet set, Settings settings, long seed, TokenizerModel tokenizer) throws IOException {
    Augmentation augmentation =
        new Augmentation(settings.flag("flip", false), settings.intValue("shift", 0));
    int forms = settings.intValue("forms", Math.min(USUAL_FORMS, augmentation.count()));
    if (forms < 1 || forms > augmentation.count()) {
      throw new IllegalArgumentException(
          "setting: forms=%d; pictures come in %d forms with flip=%s, shift=%d; need 1 to %2$d"
              .formatted(forms, augmentation.count(), augmentation.flip(), augmentation.shift()));
    }
    RandomStream random = RandomStream.of(seed).split("forms");
    return of(set, set.size(), augmentation, forms, random, tokenizer);
  }

  private static List<CodedPicture> of(
      ImageSet set,
      int most,
      Augmentation augmentation,
      int forms,
      RandomStream random,
      TokenizerModel tokenizer)
      throws IOException {
    List<CodedPicture> coded = new ArrayList<>();
    int size = Math.min(most, set.size());
    for (int from = 0; from < size; from += BATCH) {
      int to = Math.min(from + BATCH, size);
      List<List<Picture>> pictures = new ArrayList<>();
      for (int i = from; i < to; i++) {
        Picture picture = tokenizer.fit(set.image(i));
        pictures.add(augmentation.forms(picture, forms, random.split(i)));
      }
      for (int f = 0; f < forms; f++) {
        int form = f;
        List<int[]> codes = tokenizer.encodeAll(pictures.stream().map(p -> p.get(form)).toList());
        for (int i = from; i < to; i++) {
          coded.add(new CodedPicture(codes.get(i - from), set.label(i), set.caption(i)));
        }
      }
    }
    return coded;
  }
}
