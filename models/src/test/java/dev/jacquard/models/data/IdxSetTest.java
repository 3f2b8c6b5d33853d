package dev.jacquard.models.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxSetTest {
  @TempDir Path folder;

  /// Two pictures of 2 rows and 3 columns, counting up.
  private static byte[] images() {
    ByteBuffer out = ByteBuffer.allocate(16 + 12).putInt(0x803).putInt(2).putInt(2).putInt(3);
    for (int i = 0; i < 12; i++) {
      out.put((byte) i);
    }
    return out.array();
  }

  private static byte[] labels() {
    return ByteBuffer.allocate(10).putInt(0x801).putInt(2).put((byte) 7).put((byte) 1).array();
  }

  private void write(String name, byte[] bytes) throws IOException {
    Path file = folder.resolve(name);
    try (OutputStream out = Files.newOutputStream(file);
        OutputStream zipped = name.endsWith(".gz") ? new GZIPOutputStream(out) : out) {
      zipped.write(bytes);
    }
  }

  private static void check(ImageSet set) throws IOException {
    assertThat(set).isInstanceOf(IdxSet.class);
    assertThat(set.size()).isEqualTo(2);
    assertThat(set.image(1)).isEqualTo(new Picture(3, 2, 1, new byte[] {6, 7, 8, 9, 10, 11}));
    assertThat(set.label(0)).isEqualTo(7);
    assertThat(set.label(1)).isEqualTo(1);
    assertThat(set.labelNames()).hasSize(8).endsWith("7");
  }

  @Test
  void recognisesBothSpellingsAndGzip() throws IOException {
    for (String dot : new String[] {"-", "."}) {
      for (String end : new String[] {"", ".gz"}) {
        write("train-images" + dot + "idx3-ubyte" + end, images());
        write("train-labels" + dot + "idx1-ubyte" + end, labels());
        check(ImageSets.open(folder));
        check(ImageSets.open(folder.resolve("train-images" + dot + "idx3-ubyte" + end)));
        Files.delete(folder.resolve("train-images" + dot + "idx3-ubyte" + end));
        Files.delete(folder.resolve("train-labels" + dot + "idx1-ubyte" + end));
      }
    }
  }

  @Test
  void opensTheTrainingPicturesOfAFolder() throws IOException {
    write("t10k-images-idx3-ubyte", Arrays.copyOf(images(), 16 + 12));
    write("train-images-idx3-ubyte", images());
    write("train-labels-idx1-ubyte", labels());
    check(ImageSets.open(folder)); // only these have labels
    ImageSet test = ImageSets.open(folder.resolve("t10k-images-idx3-ubyte"));
    assertThat(test.label(0)).isEqualTo(-1);
    assertThat(test.labelNames()).isEmpty();
  }

  @Test
  void rejectsTruncatedAndForeignFiles() throws IOException {
    write("train-images-idx3-ubyte", Arrays.copyOf(images(), 20));
    assertThatThrownBy(() -> IdxSet.open(folder))
        .isInstanceOf(ImageDataException.class)
        .hasMessageContaining("4 bytes after the header, need 12")
        .hasMessageContaining("train-images-idx3-ubyte");
    write("train-images-idx3-ubyte", Arrays.copyOf(images(), 9));
    assertThatThrownBy(() -> IdxSet.open(folder)).hasMessageContaining("header cut short");
    write("train-images-idx3-ubyte", labels());
    assertThatThrownBy(() -> IdxSet.open(folder)).hasMessageContaining("00000803");
    byte[] huge = images();
    Arrays.fill(huge, 4, 16, (byte) 0x7F);
    write("train-images-idx3-ubyte", huge);
    assertThatThrownBy(() -> IdxSet.open(folder)).hasMessageContaining("wrong length");
    Arrays.fill(huge, 4, 16, (byte) 0xFF);
    write("train-images-idx3-ubyte", huge);
    assertThatThrownBy(() -> IdxSet.open(folder)).hasMessageContaining("is -1");
  }

  @Test
  void rejectsTruncatedGzip() throws IOException {
    write("train-images-idx3-ubyte.gz", images());
    Path file = folder.resolve("train-images-idx3-ubyte.gz");
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 9));
    assertThatThrownBy(() -> IdxSet.open(folder))
        .isInstanceOf(ImageDataException.class)
        .hasMessageContaining("gzip");
  }

  @Test
  void rejectsLabelsThatDoNotFit() throws IOException {
    write("train-images-idx3-ubyte", images());
    write("train-labels-idx1-ubyte", ByteBuffer.allocate(9).putInt(0x801).putInt(1).array());
    assertThatThrownBy(() -> IdxSet.open(folder))
        .isInstanceOf(ImageDataException.class)
        .hasMessageContaining("1 labels, 2 pictures");
  }
}
