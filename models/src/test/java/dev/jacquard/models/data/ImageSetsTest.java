package dev.jacquard.models.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageSetsTest {
  @TempDir Path folder;

  @Test
  void opensAFolderOfPictures() throws IOException {
    Files.write(folder.resolve("a.png"), PictureFiles.toPng(TestPictures.noise(5, 4, 3, 1)));
    ImageSet set = ImageSets.open(folder);
    assertThat(set).isInstanceOf(ImageFolderSet.class);
    assertThat(set.image(0)).isEqualTo(TestPictures.noise(5, 4, 3, 1));
  }

  @Test
  void saysWhatItKnowsOfUnknownFiles() throws IOException {
    Path file = folder.resolve("a.txt");
    Files.writeString(file, "hello");
    assertThatThrownBy(() -> ImageSets.open(file))
        .isInstanceOf(ImageDataException.class)
        .hasMessageContaining("a.txt")
        .hasMessageContaining("need a folder of pictures");
    assertThatThrownBy(() -> ImageSets.open(folder.resolve("b")))
        .isInstanceOf(ImageDataException.class)
        .hasMessageContaining("no such file or folder");
    assertThatThrownBy(() -> ImageSets.open(folder)).hasMessageContaining("no pictures");
  }
}
