package dev.jacquard.models.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SplitsTest {
  @TempDir Path folder;

  @Test
  void equalPicturesFallInTheSamePart() throws IOException {
    for (int i = 0; i < 200; i++) {
      byte[] png = PictureFiles.toPng(TestPictures.noise(4, 4, 1, i));
      Files.write(folder.resolve("a%03d.png".formatted(i)), png);
      Files.write(folder.resolve("z%03d.png".formatted(199 - i)), png);
    }
    Splits splits = Splits.of(ImageSets.open(folder));
    Set<Picture> train = pictures(splits.train());
    Set<Picture> valid = pictures(splits.valid());
    Set<Picture> test = pictures(splits.test());
    assertThat(train).doesNotContainAnyElementsOf(valid).doesNotContainAnyElementsOf(test);
    assertThat(valid).isNotEmpty().doesNotContainAnyElementsOf(test);
    assertThat(test).isNotEmpty();
    assertThat(train.size() + valid.size() + test.size()).isEqualTo(200);
    assertThat(splits.train().size()).isEqualTo(2 * train.size());
  }

  private static Set<Picture> pictures(ImageSet set) throws IOException {
    Set<Picture> pictures = new HashSet<>();
    for (int i = 0; i < set.size(); i++) {
      pictures.add(set.image(i));
    }
    return pictures;
  }

  @Test
  void partsHaveTheirShares() {
    Map<Splits.Part, Integer> counts = new EnumMap<>(Splits.Part.class);
    for (int i = 0; i < 10_000; i++) {
      counts.merge(Splits.partOf(TestPictures.noise(3, 3, 3, i)), 1, Integer::sum);
    }
    // five standard deviations either way
    assertThat(counts.get(Splits.Part.TRAIN)).isBetween(8_850, 9_150);
    assertThat(counts.get(Splits.Part.VALID)).isBetween(390, 610);
    assertThat(counts.get(Splits.Part.TEST)).isBetween(390, 610);
  }

  @Test
  void partsNeverChange() { // published figures depend on them
    StringBuilder parts = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      parts.append(Splits.partOf(new Picture(1, 1, 1, new byte[] {(byte) i})).name().charAt(1));
    }
    assertThat(parts.toString()).isEqualTo("RRARRRRERRRRRRRRRRRRRRRRARRRARRRRRRRRRRR");
  }
}
