package dev.jacquard.tensor.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckpointsTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "torch-pickle/expected.safetensors, 43, quirks/param",
    "torch-pickle/quirks.pt, 24, param",
    "torch-pickle/legacy.pt, 2, model.weight",
    "npy/fortran.npy, 1, array",
    "npy/stored.npz, 15, nested/name",
    "npy/deflated.npz, 15, nested/name",
    "ggml-types.gguf, 7, q4_k"
  })
  void tellsFormatsByTheirContents(String file, int count, String name) throws IOException {
    Path unnamed = Files.copy(GOLDEN.resolve(file), folder.resolve("weights"));
    try (Checkpoint checkpoint = Checkpoints.open(unnamed)) {
      assertThat(checkpoint.entries()).hasSize(count);
      assertThat(checkpoint.entries()).extracting(TensorEntry::name).contains(name);
      assertThat(checkpoint.file()).isEqualTo(unnamed);
      assertThatThrownBy(() -> checkpoint.raw(name + "x"))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("nearest \"" + name + "\"");
    }
  }

  @Test
  void damagedFilesAreRefusedByTheReaderOfTheirName() throws IOException {
    Path file = Files.write(folder.resolve("model.SAFETENSORS"), new byte[3]);
    assertThatThrownBy(() -> Checkpoints.open(file)).hasMessageContaining("too short; 3 bytes");
  }

  @Test
  void unknownFilesAreRefusedWithAListOfFormats() throws IOException {
    Path file = Files.writeString(folder.resolve("notes.txt"), "hello");
    assertThatThrownBy(() -> Checkpoints.open(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("GGUF, PyTorch, llama2.c, npy, safetensors");
    assertThatThrownBy(() -> Checkpoints.open(folder.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> Checkpoints.open(folder))
        .hasMessageContaining("no weights in this folder");
  }

  @Test
  void opensTheWeightsOfAModelFolder() throws IOException {
    Files.copy(GOLDEN.resolve("torch-pickle/state_dict.pth"), folder.resolve("pytorch_model.bin"));
    try (Checkpoint checkpoint = Checkpoints.open(folder)) {
      assertThat(checkpoint.entries()).hasSize(9);
    }
  }
}
