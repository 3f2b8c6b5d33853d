package dev.jacquard.tensor.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
  @TempDir Path folder;

  @Test
  void writesAndReplaces() throws IOException {
    Path file = folder.resolve("a.txt");
    AtomicFiles.write(file, "first, and longer");
    AtomicFiles.write(file, "zweiß");
    assertThat(Files.readString(file)).isEqualTo("zweiß");
    assertThat(names()).containsExactly("a.txt");
  }

  @Test
  void theOlderFileIsThereUntilTheNewOneIsComplete() throws IOException {
    Path file = folder.resolve("a.txt");
    AtomicFiles.write(file, "old");
    AtomicFiles.write(
        file,
        channel -> {
          channel.write(ByteBuffer.wrap(new byte[100_000]));
          assertThat(Files.readString(file)).isEqualTo("old");
        });
    assertThat(Files.size(file)).isEqualTo(100_000);
  }

  @Test
  void failureKeepsTheOlderFileAndRemovesTheRest() throws IOException {
    Path file = folder.resolve("a.txt");
    AtomicFiles.write(file, "old");
    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    file,
                    channel -> {
                      channel.write(ByteBuffer.wrap(new byte[100_000]));
                      throw new IOException("No space left on device");
                    }))
        .hasMessage(file + ": No space left on device");
    assertThat(Files.readString(file)).isEqualTo("old");
    assertThat(names()).containsExactly("a.txt");
  }

  @Test
  void missingFoldersAndFoldersAsTargetsAreErrors() throws IOException {
    assertThatThrownBy(() -> AtomicFiles.write(folder.resolve("no/a.txt"), "x"))
        .isInstanceOf(NoSuchFileException.class);
    Path inner = Files.createDirectory(folder.resolve("inner"));
    Files.writeString(inner.resolve("kept"), "x");
    assertThatThrownBy(() -> AtomicFiles.write(inner, "x")).isInstanceOf(IOException.class);
    assertThat(names()).containsExactly("inner");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
