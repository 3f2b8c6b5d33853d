package dev.jacquard.tensor.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.reference.ReferenceBackend;
import dev.jacquard.tensor.shape.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardedCheckpointTest {
  @TempDir Path folder;
  private final ReferenceBackend backend = new ReferenceBackend();

  @BeforeEach
  void writeShards() throws IOException {
    StateDict first = new StateDict("first").put("a", Tensor.of(backend, Shape.of(2), 1, 2));
    StateDict second = new StateDict("second").put("b", Tensor.of(backend, Shape.of(1), 3));
    new SafetensorsWriter()
        .metadata("format", "pt")
        .write(folder.resolve("m-1.safetensors"), first);
    new SafetensorsWriter().write(folder.resolve("m-2.safetensors"), second);
  }

  @AfterEach
  void closeBackend() {
    backend.close();
  }

  private Path index(String json) throws IOException {
    return Files.writeString(folder.resolve("model.safetensors.index.json"), json);
  }

  @Test
  void readsTensorsOfAllShards() throws IOException {
    index(
        "{\"metadata\":{\"total_size\":12},\"weight_map\":"
            + "{\"b\":\"m-2.safetensors\",\"a\":\"m-1.safetensors\"}}");
    try (Checkpoint checkpoint = Checkpoints.open(folder)) {
      assertThat(checkpoint.entries()).extracting(TensorEntry::name).containsExactly("a", "b");
      assertThat(checkpoint.metadata()).containsEntry("format", "pt");
      assertThat(checkpoint.tensor(backend, "a").toFloats()).containsExactly(1, 2);
      assertThat(checkpoint.stateDict(backend).get("b").item()).isEqualTo(3);
      assertThatThrownBy(() -> checkpoint.tensor(backend, "c")).hasMessageContaining("nearest");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"weight_map\":{}}",
        "{\"weight_map\":[]}",
        "{\"weight_map\":{\"a\":1}}",
        "{\"weight_map\":{\"a\":\"m-1.safetensors\",\"a\":\"m-1.safetensors\"}}",
        "{\"weight_map\":{\"a\":\"m-2.safetensors\"}}",
        "{\"weight_map\":{\"a\":\"m-1.safetensors\",\"c\":\"m-2.safetensors\"}}",
        "{\"weight_map\":{\"a\":\"m-1.safetensors\",\"c\":\"m-1.safetensors\"}}",
        "{\"weight_map\":{\"a\":\"../m-1.safetensors\"}}",
        "{\"weight_map\":{\"a\":\"/etc/passwd\"}}",
        "{\"weight_map\":{\"a\":\"..\"}}",
        "{\"weight_map\":{\"a\":\"x\\\\y\"}}",
        "{\"weight_map\":{\"a\":\"\\u0000\"}}",
        "{\"weight_map\":{\"a\":\"m-1.safetensors\""
      })
  void refusesIndexesThatAreMalformedOrDisagree(String json) throws IOException {
    Path index = index(json);
    assertThatThrownBy(() -> Checkpoints.open(index))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(index.toString());
  }

  @Test
  void namesAMissingShard() throws IOException {
    Path index = index("{\"weight_map\":{\"a\":\"m-3.safetensors\"}}");
    assertThatThrownBy(() -> Checkpoints.open(index))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("m-3.safetensors");
  }
}
