package dev.jacquard.models.jpeglm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.jpeg.HuffmanTables;
import dev.jacquard.jpeg.Sampling;
import dev.jacquard.models.data.ImageSet;
import dev.jacquard.models.data.ImageSets;
import dev.jacquard.models.data.ImageTransform;
import dev.jacquard.models.data.Splits;
import dev.jacquard.models.tokenizer.BytePairTokenizer;
import dev.jacquard.models.tokenizer.ByteStreamTokenizer;
import dev.jacquard.models.tokenizer.ByteTokenizer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The grammar forbids nothing that occurs: the held-out test parts of data sets, in all forms of
/// stream. Without the system property `jacquard.pictures`, paths as on the command line between
/// colons (semicolons on Windows), that of the bundled emoji.
@Tag("slow")
class GrammarOnPicturesTest {
  private static final String PATHS = "jacquard.pictures";
  private static final Path BUNDLED = Path.of("data/noto-32.zip");
  private static final int[] QUALITIES = {25, 50, 90};

  private int pictures;
  private long streams;
  private long tokens;
  private long bytes;
  private final List<String> forbidden = new ArrayList<>();

  @Test
  void noByteOfARealPictureIsForbidden() throws IOException {
    for (String path :
        System.getProperty(PATHS, BUNDLED.toString()).split(File.pathSeparator, -1)) {
      check(path, Splits.of(ImageSets.open(Path.of(path))).test());
    }
    System.out.printf(
        "grammar: %d pictures, %d streams, %d bytes as %d tokens, %d forbidden%n",
        pictures, streams, bytes, tokens, forbidden.size());
    assertThat(forbidden).isEmpty();
    assertThat(pictures).isPositive();
  }

  private void check(String path, ImageSet set) throws IOException {
    pictures += set.size();
    for (int quality : QUALITIES) {
      for (HuffmanTables tables : HuffmanTables.values()) {
        for (boolean header : new boolean[] {true, false}) {
          check(path, set, quality, tables, header);
        }
      }
    }
  }

  /// Sizes and colours of the first picture; pictures of odd sizes are fitted, as in training.
  private void check(String path, ImageSet set, int quality, HuffmanTables tables, boolean header)
      throws IOException {
    int side = Math.min(set.image(0).width(), set.image(0).height());
    int channels = set.image(0).channels();
    StreamFormat format =
        new StreamFormat(side, side, channels, quality, Sampling.S420, tables, header);
    JpegStream encoder = new JpegStream(format);
    ImageSet fitted = set.map(ImageTransform.fit(side, side, channels));
    List<byte[]> all = new ArrayList<>();
    for (int i = 0; i < fitted.size(); i++) {
      all.add(encoder.encode(fitted.image(i)));
    }
    BytePairTokenizer pairs =
        BytePairTokenizer.train(all.subList(0, Math.min(100, all.size())), 512);
    for (ByteStreamTokenizer tokenizer : List.of(new ByteTokenizer(), pairs)) {
      StreamGrammar grammar = new StreamGrammar(encoder, tokenizer);
      for (int i = 0; i < all.size(); i++) {
        String name =
            "%s, %s, %s, %d tokens".formatted(path, set.name(i), format, pairs.vocabSize());
        follow(grammar, new JpegTokenizer(encoder, tokenizer).document(all.get(i)), name);
        bytes += all.get(i).length;
      }
    }
  }

  private void follow(StreamGrammar grammar, int[] document, String name) {
    StreamGrammar.Cursor cursor = grammar.start();
    boolean allowed = true;
    for (int token : document) {
      allowed &= (grammar.allowed(cursor)[token / 64] >>> token & 1) == 1;
      cursor.accept(token);
    }
    if (!allowed || cursor.isBroken()) {
      forbidden.add(name);
    }
    streams++;
    tokens += document.length;
  }
}
