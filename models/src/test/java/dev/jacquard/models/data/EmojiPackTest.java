package dev.jacquard.models.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmojiPackTest {
  /// The bundled pack; tests run in the folder of their module.
  private static final Path BUNDLED = Path.of("data/noto-32.zip");

  @TempDir Path folder;

  @Test
  void bundledPackIsComplete() throws IOException {
    EmojiPack pack = EmojiPack.open(BUNDLED);
    assertThat(pack.size()).isEqualTo(1_911);
    assertThat(pack.labelNames()).hasSize(10).startsWith("Smileys & Emotion", "People & Body");
    assertThat(IntStream.range(0, 1_911).mapToObj(i -> pack.entry(i).subcategory()).distinct())
        .hasSize(99);
    Set<String> names = IntStream.range(0, 1_911).mapToObj(pack::name).collect(Collectors.toSet());
    assertThat(names).hasSize(1_911);
    assertThat(Files.size(BUNDLED)).isLessThan(2_500_000);
    for (int i = 0; i < pack.size(); i++) {
      assertThat(pack.image(i).samples()).hasSize(32 * 32 * 3);
    }
  }

  @Test
  void bundledPackShowsWhatItSays() throws IOException {
    ImageSet pack = ImageSets.open(BUNDLED);
    int heart =
        IntStream.range(0, pack.size())
            .filter(i -> pack.name(i).equals("heart"))
            .findAny()
            .orElseThrow();
    Picture picture = pack.image(heart);
    assertThat(picture.sample(0, 0, 1)).as("white corner").isEqualTo(255);
    assertThat(picture.sample(16, 14, 0)).as("red").isGreaterThan(200);
    assertThat(picture.sample(16, 14, 1)).as("green").isLessThan(100);
    assertThat(pack.labelNames().get(pack.label(heart))).isEqualTo("Smileys & Emotion");
  }

  /// A tiny npm package with two emoji in two categories.
  private Path npmPackage() throws IOException {
    Path npm = folder.resolve("package");
    Path pictures = Files.createDirectories(npm.resolve("img/google/64"));
    String one =
        """
        {"name":"%s","unified":"%s","image":"%s.png","short_name":"%s","category":"%s",
         "subcategory":"s","sort_order":%d,"has_img_google":%b,"skin_variations":{"x":{"image":"n"}},
         "text":null}\
        """;
    String json =
        "["
            + String.join(
                ",",
                one.formatted("B", "2", "2", "b", "Two & more", 9, true),
                one.formatted("N", "3", "3", "n", "Two & more", 5, false),
                one.formatted("A", "1", "1", "a", "One", 1, true))
            + "]";
    Files.writeString(npm.resolve("emoji.json"), json);
    Files.write(pictures.resolve("1.png"), PictureFiles.toPng(TestPictures.noise(64, 64, 3, 1)));
    Files.write(pictures.resolve("2.png"), PictureFiles.toPng(TestPictures.noise(64, 64, 1, 2)));
    return npm;
  }

  @Test
  void packsAndReadsBack() throws IOException {
    Path npm = npmPackage();
    Path out = folder.resolve("new/pack.zip");
    assertThat(EmojiPackMaker.make(npm, out)).isEqualTo(2);
    EmojiPack pack = EmojiPack.open(out);
    assertThat(pack.size()).isEqualTo(2);
    assertThat(pack.entry(0).name()).isEqualTo("A");
    assertThat(pack.entry(1).sheet()).isEqualTo("two-more.png");
    assertThat(pack.labelNames()).containsExactly("One", "Two & more");
    Picture big = TestPictures.noise(64, 64, 3, 1);
    int sum = big.sample(6, 4, 2) + big.sample(7, 4, 2) + big.sample(6, 5, 2) + big.sample(7, 5, 2);
    assertThat(pack.image(0).sample(3, 2, 2)).isEqualTo((sum + 2) / 4);
    assertThat(pack.image(1).channels()).isEqualTo(3);

    byte[] first = Files.readAllBytes(out);
    EmojiPackMaker.make(npm, out);
    assertThat(Files.readAllBytes(out)).isEqualTo(first);
    assertThat(new HashSet<>(Arrays.asList(out.getParent().toFile().list())))
        .containsExactly("pack.zip");
  }

  @Test
  void rejectsAPackageWithoutItsFiles() throws IOException {
    assertThatThrownBy(() -> EmojiPackMaker.make(folder, folder.resolve("x.zip")))
        .isInstanceOf(ImageDataException.class)
        .hasMessageContaining("emoji.json");
    Path npm = npmPackage();
    Files.delete(npm.resolve("img/google/64/2.png"));
    assertThatThrownBy(() -> EmojiPackMaker.make(npm, folder.resolve("x.zip")))
        .isInstanceOf(ImageDataException.class)
        .hasMessageContaining("2.png");
    Files.writeString(npm.resolve("emoji.json"), "[{\"has_img_google\":true");
    assertThatThrownBy(() -> EmojiPackMaker.make(npm, folder.resolve("x.zip")))
        .isInstanceOf(ImageDataException.class)
        .hasMessageContaining("damaged JSON");
  }

  @Test
  void rejectsDamagedPacks() throws IOException {
    byte[] bytes = Files.readAllBytes(BUNDLED);
    Path file = folder.resolve("cut.zip");
    Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
    assertThatThrownBy(() -> ImageSets.open(file))
        .isInstanceOf(ImageDataException.class)
        .hasMessageContaining("cut.zip");
    Path foreign = folder.resolve("foreign.zip");
    try (var zip = new java.util.zip.ZipOutputStream(Files.newOutputStream(foreign))) {
      zip.putNextEntry(new java.util.zip.ZipEntry("a.txt"));
    }
    assertThatThrownBy(() -> ImageSets.open(foreign))
        .isInstanceOf(ImageDataException.class)
        .hasMessageContaining("index.json");
  }
}
