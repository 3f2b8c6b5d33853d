package dev.jacquard.models.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PnmFilesTest {

  @TempDir private Path folder;

  @Test
  void greyPictureIsPgm() throws IOException {
    Picture picture = new Picture(3, 1, 1, new byte[] {0, 127, -1});
    byte[] file = PnmFiles.encode(picture);
    assertThat(new String(file, StandardCharsets.ISO_8859_1))
        .isEqualTo("P5\n3 1\n255\n\0\u007f\u00ff");
    assertThat(PnmFiles.read(write(file))).isEqualTo(picture);
  }

  @Test
  void colourPictureIsPpm() throws IOException {
    Picture picture = new Picture(1, 2, 3, new byte[] {1, 2, 3, 4, 5, 6});
    byte[] file = PnmFiles.encode(picture);
    assertThat(new String(file, StandardCharsets.ISO_8859_1)).startsWith("P6\n1 2\n255\n");
    assertThat(PnmFiles.read(write(file))).isEqualTo(picture);
  }

  @Test
  void commentsAndOtherSpaceAreSkipped() throws IOException {
    String file = "P5 # made by hand\n# 9 9\n 2\t\t1 #\r\n255\nab";
    assertThat(PnmFiles.read(write(file.getBytes(StandardCharsets.US_ASCII))))
        .isEqualTo(new Picture(2, 1, 1, new byte[] {'a', 'b'}));
  }

  @Test
  void firstSampleMayLookLikeSpace() throws IOException {
    byte[] file = "P5\n1 1\n255\n\n".getBytes(StandardCharsets.US_ASCII);
    assertThat(PnmFiles.read(write(file)).sample(0, 0, 0)).isEqualTo('\n');
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "P5",
        "P5\n",
        "P4\n1 1\n",
        "P5\n0 1\n255\na",
        "P5\n1 -1\n255\na",
        "P5\n2 2\n255\nabc",
        "P5\n1 1\n65535\nab",
        "P5\n99999999999 1\n255\na",
        "P6\n2000000000 2000000000\n255\na",
        "P5\n# a comment without an end",
      })
  void rejectsOtherFilesByName(String text) throws IOException {
    Path file = write(text.getBytes(StandardCharsets.US_ASCII));
    assertThatThrownBy(() -> PnmFiles.read(file))
        .isInstanceOf(ImageDataException.class)
        .hasMessageContaining(file.toString());
  }

  private Path write(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("picture.pnm"), bytes);
  }
}
