package dev.jacquard.models.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFolderSetTest {
  @TempDir Path folder;

  private void write(String name, int type, Color colour) throws IOException {
    BufferedImage image = new BufferedImage(3, 2, type);
    for (int y = 0; y < 2; y++) {
      for (int x = 0; x < 3; x++) {
        image.setRGB(x, y, colour.getRGB());
      }
    }
    File file = folder.resolve(name).toFile();
    Files.createDirectories(file.toPath().getParent());
    assertThat(ImageIO.write(image, name.substring(name.lastIndexOf('.') + 1), file)).isTrue();
  }

  @Test
  void sortsByPathAndTakesFoldersAsClasses() throws IOException {
    write("dogs/z.png", BufferedImage.TYPE_INT_RGB, Color.RED);
    write("cats/deep/b.PNG", BufferedImage.TYPE_INT_RGB, Color.RED);
    write("cats/a.png", BufferedImage.TYPE_INT_RGB, Color.RED);
    write("top.png", BufferedImage.TYPE_INT_RGB, Color.RED);
    write(".hidden/x.png", BufferedImage.TYPE_INT_RGB, Color.RED);
    Files.writeString(folder.resolve("notes.txt"), "no picture");

    ImageFolderSet set = ImageFolderSet.open(folder);

    assertThat(set.size()).isEqualTo(4);
    assertThat(set.name(0)).isEqualTo("cats/a.png");
    assertThat(set.name(1)).isEqualTo("cats/deep/b.PNG");
    assertThat(set.name(2)).isEqualTo("dogs/z.png");
    assertThat(set.name(3)).isEqualTo("top.png");
    assertThat(set.labelNames()).containsExactly("cats", "dogs");
    assertThat(new int[] {set.label(0), set.label(1), set.label(2), set.label(3)})
        .containsExactly(0, 0, 1, -1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp", "gif", "jpg"})
  void readsEachFormat(String extension) throws IOException {
    write("a." + extension, BufferedImage.TYPE_INT_RGB, new Color(255, 0, 0));
    Picture picture = ImageFolderSet.open(folder).image(0);
    assertThat(picture.width()).isEqualTo(3);
    assertThat(picture.height()).isEqualTo(2);
    assertThat(picture.channels()).isEqualTo(3);
    assertThat(picture.sample(1, 1, 0)).isBetween(250, 255); // JPEG is lossy
    assertThat(picture.sample(1, 1, 1)).isBetween(0, 4);
  }

  @Test
  void composesOverWhite() throws IOException {
    write("a.png", BufferedImage.TYPE_INT_ARGB, new Color(255, 0, 0, 51)); // one fifth opaque
    Picture picture = ImageFolderSet.open(folder).image(0);
    assertThat(picture.sample(0, 0, 0)).isEqualTo(255);
    assertThat(picture.sample(0, 0, 1)).isEqualTo(204);
  }

  @Test
  void keepsGreyValuesAsTheyStand() throws IOException {
    BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setSample(0, 0, 0, 100);
    ImageIO.write(image, "png", folder.resolve("grey.png").toFile());
    Picture picture = ImageFolderSet.open(folder).image(0);
    assertThat(picture).isEqualTo(new Picture(1, 1, 1, new byte[] {100}));
  }

  @Test
  void namesThePictureThatIsNone() throws IOException {
    Files.writeString(folder.resolve("fake.png"), "this is text");
    ImageFolderSet set = ImageFolderSet.open(folder);
    assertThatThrownBy(() -> set.image(0))
        .isInstanceOf(ImageDataException.class)
        .hasMessageContaining("not a picture")
        .hasMessageContaining("fake.png");
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "gif", "bmp"})
  void namesThePictureThatIsCutShort(String extension) throws IOException {
    write("cut." + extension, BufferedImage.TYPE_INT_RGB, Color.GREEN);
    Path file = folder.resolve("cut." + extension);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(bytes, Math.min(bytes.length / 2, 40)));
    ImageFolderSet set = ImageFolderSet.open(folder);
    assertThatThrownBy(() -> set.image(0))
        .isInstanceOf(ImageDataException.class)
        .hasMessageContaining("cut." + extension);
  }

  @Test
  void rejectsFoldersWithoutPictures() {
    assertThatThrownBy(() -> ImageFolderSet.open(folder))
        .isInstanceOf(ImageDataException.class)
        .hasMessageContaining("no pictures")
        .hasMessageContaining(folder.toString());
    assertThatThrownBy(() -> ImageFolderSet.open(folder.resolve("nowhere")))
        .isInstanceOf(ImageDataException.class)
        .hasMessageContaining("no such folder");
  }
}
