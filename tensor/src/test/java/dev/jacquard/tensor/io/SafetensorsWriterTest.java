package dev.jacquard.tensor.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.reference.ReferenceBackend;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.DTypeException;
import dev.jacquard.tensor.shape.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
  @TempDir Path folder;
  private final ReferenceBackend backend = new ReferenceBackend();

  @AfterEach
  void closeBackend() {
    backend.close();
  }

  @Test
  void whatIsWrittenIsReadAgain() throws IOException {
    Tensor bytes = Tensor.of(backend, Shape.of(3), 1, 2, 255).to(DType.U8);
    Tensor strided = Tensor.of(backend, Shape.of(2, 3), 1, 2, 3, 4, 5, 6).transpose(0, 1);
    StateDict state =
        new StateDict("test")
            .put("u8", bytes)
            .put("strided", strided)
            .put("i64", Tensor.ofInts(backend, Shape.of(2), -1, 7).to(DType.I64))
            .put("scalar", Tensor.of(backend, Shape.of(), 0.5f))
            .put("empty", Tensor.of(backend, Shape.of(0, 4)));
    Path file = folder.resolve("x.safetensors");
    new SafetensorsWriter().metadata("format", "pt").metadata("ü \"", "\n").write(file, state);
    try (Checkpoint read = SafetensorsReader.open(file)) {
      assertThat(read.metadata()).isEqualTo(Map.of("format", "pt", "ü \"", "\n"));
      assertThat(read.entries().getFirst().offsetBytes() % 64).isZero();
      assertThat(read.entries())
          .extracting(TensorEntry::name)
          .containsExactlyInAnyOrderElementsOf(state.names())
          .startsWith("i64")
          .endsWith("u8");
      assertThat(read.tensor(backend, "strided").shape()).isEqualTo(Shape.of(3, 2));
      assertThat(read.tensor(backend, "strided").toFloats()).containsExactly(1, 4, 2, 5, 3, 6);
      assertThat(read.tensor(backend, "i64").toLongs()).containsExactly(-1, 7);
      assertThat(read.tensor(backend, "scalar").item()).isEqualTo(0.5f);
      assertThat(read.tensor(backend, "empty").shape()).isEqualTo(Shape.of(0, 4));
      assertThat(read.toF32(backend, "u8").toFloats()).containsExactly(1, 2, 255);
    }
  }

  @Test
  void storesFloatsAsBfloat16AndLeavesIntegersAlone() throws IOException {
    float between = 1 + 1f / 256; // halfway between two bf16 values: goes to the even one
    int n = (1 << 20) + 3; // more than one chunk
    StateDict state =
        new StateDict("test")
            .put("w", Tensor.full(backend, Shape.of(n), 1.25f))
            .put("tie", Tensor.of(backend, Shape.of(2), between, 1 + 3f / 256))
            .put("ids", Tensor.ofInts(backend, Shape.of(1), 1_000_001));
    Path file = folder.resolve("x.safetensors");
    new SafetensorsWriter().floatsAs(DType.BF16).write(file, state);
    try (Checkpoint read = SafetensorsReader.open(file)) {
      assertThat(read.tensor(backend, "w").dtype()).isEqualTo(DType.BF16);
      assertThat(read.toF32(backend, "w").toFloats()).hasSize(n).containsOnly(1.25f);
      assertThat(read.toF32(backend, "tie").toFloats()).containsExactly(1f, 1 + 1f / 64);
      assertThat(read.tensor(backend, "ids").toInts()).containsExactly(1_000_001);
    }
  }

  @Test
  void failureLeavesTheOlderFileWholeAndNothingElse() throws IOException {
    Path file = folder.resolve("x.safetensors");
    StateDict good = new StateDict("good").put("w", Tensor.of(backend, Shape.of(1), 1));
    new SafetensorsWriter().write(file, good);
    byte[] before = Files.readAllBytes(file);
    Tensor gone = Tensor.of(backend, Shape.of(1), 2);
    gone.storage().release();
    StateDict bad =
        new StateDict("bad").put("a", Tensor.of(backend, Shape.of(1), 3)).put("gone", gone);
    assertThatThrownBy(() -> new SafetensorsWriter().write(file, bad)).isNotNull();
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void takesNoMemoryThatItDoesNotGiveBack() throws IOException {
    StateDict state = new StateDict("x").put("w", Tensor.full(backend, Shape.of(3, 700_000), 1));
    long live = backend.pool().liveBytes();
    new SafetensorsWriter().floatsAs(DType.F16).write(folder.resolve("x"), state);
    assertThat(backend.pool().liveBytes()).isEqualTo(live);
    long chunk = (1 << 20) * 2L;
    assertThat(backend.pool().reservedBytes()).isLessThanOrEqualTo(live + 2 * chunk);
  }

  @Test
  void floatsAreNotStoredAsIntegers() {
    assertThatThrownBy(() -> new SafetensorsWriter().floatsAs(DType.I32))
        .isInstanceOf(DTypeException.class);
  }
}
