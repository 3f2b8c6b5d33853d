package dev.jacquard.tensor.io;

import static dev.jacquard.tensor.io.SafetensorsFiles.entry;
import static dev.jacquard.tensor.io.SafetensorsFiles.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.reference.ReferenceBackend;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.ScopeException;
import dev.jacquard.tensor.shape.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsReaderTest {
  @TempDir Path folder;
  private final ReferenceBackend backend = new ReferenceBackend();

  @AfterEach
  void closeBackend() {
    backend.close();
  }

  @Test
  void readsMetadataEntriesAndValues() throws IOException {
    String header =
        "{\"__metadata__\":{\"format\":\"pt\",\"seed\":\"7\"},"
            + entry("b", "U8", "[3]", 8, 11)
            + ","
            + entry("a", "F32", "[2]", 0, 8)
            + "}"
            + " ".repeat(5);
    byte[] bytes = file(header, 11);
    ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    data.putFloat(bytes.length - 11, 1.5f).putFloat(bytes.length - 7, -2f);
    try (Checkpoint checkpoint = SafetensorsReader.open(write(bytes))) {
      assertThat(checkpoint.metadata()).isEqualTo(Map.of("format", "pt", "seed", "7"));
      assertThat(checkpoint.entries()).extracting(TensorEntry::name).containsExactly("a", "b");
      assertThat(checkpoint.tensor(backend, "a").toFloats()).containsExactly(1.5f, -2f);
      assertThat(checkpoint.toF32(backend, "b").toFloats()).containsExactly(8, 9, 10);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, true", "1, false", "2, false", "3, false", "4, true"})
  void mapsAlignedDataAndCopiesTheRest(int blanks, boolean mapped) throws IOException {
    String header = "{" + entry("x", "F32", "[]", 0, 4) + "}";
    header += " ".repeat(Math.floorMod(-header.length(), 8) + blanks);
    byte[] bytes = file(header, 4);
    try (Checkpoint checkpoint = SafetensorsReader.open(write(bytes))) {
      Tensor x = checkpoint.tensor(backend, "x");
      assertThat(x.segment().isReadOnly()).isEqualTo(mapped);
      assertThat(x.item()).isEqualTo(Float.intBitsToFloat(0x03020100));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "F64, F32, 8, 000000000000F83F, 1.5",
    "F16, F16, 2, 003E, 1.5",
    "BF16, BF16, 2, C03F, 1.5",
    "I64, I64, 8, FEFFFFFFFFFFFFFF, -2",
    "I32, I32, 4, FEFFFFFF, -2",
    "I16, I32, 2, FEFF, -2",
    "I8, I32, 1, FE, -2",
    "U32, I64, 4, FEFFFFFF, 4294967294",
    "U16, I32, 2, FEFF, 65534",
    "U8, U8, 1, FE, 254",
    "BOOL, U8, 1, 01, 1"
  })
  void readsEveryType(String stored, DType dtype, int size, String hex, double value)
      throws IOException {
    byte[] bytes = file("{" + entry("x", stored, "[1]", 0, size) + "}", size);
    byte[] element = HexFormat.of().parseHex(hex);
    System.arraycopy(element, 0, bytes, bytes.length - size, size);
    try (Checkpoint checkpoint = SafetensorsReader.open(write(bytes))) {
      assertThat(checkpoint.tensor(backend, "x").dtype()).isEqualTo(dtype);
      assertThat(checkpoint.toF32(backend, "x").toFloats()).containsExactly((float) value);
    }
  }

  @Test
  void readsEmptyTensorsAndEmptyFiles() throws IOException {
    byte[] bytes = file("{" + entry("x", "F32", "[0, 5]", 0, 0) + "}", 0);
    try (Checkpoint checkpoint = SafetensorsReader.open(write(bytes))) {
      assertThat(checkpoint.tensor(backend, "x").shape()).isEqualTo(Shape.of(0, 5));
      assertThat(checkpoint.tensor(backend, "x").toFloats()).isEmpty();
    }
    try (Checkpoint checkpoint = SafetensorsReader.open(write(file("{}", 0)))) {
      assertThat(checkpoint.stateDict(backend).size()).isZero();
    }
  }

  @Test
  void namesTheNearestTensorIfThereIsNoneOfThatName() throws IOException {
    String header =
        "{" + entry("attn.wq", "U8", "[1]", 0, 1) + "," + entry("mlp.w1", "U8", "[1]", 1, 2) + "}";
    try (Checkpoint checkpoint = SafetensorsReader.open(write(file(header, 2)))) {
      assertThatExceptionOfType(CheckpointException.class)
          .isThrownBy(() -> checkpoint.tensor(backend, "attention.wq"))
          .withMessageStartingWith(
              "checkpoint: no tensor \"attention.wq\"; nearest \"attn.wq\"; file has 2 tensors");
    }
  }

  @Test
  void viewsMayNotBeUsedAfterClosing() throws IOException {
    byte[] bytes = file("{" + entry("x", "U8", "[1]", 0, 1) + "}", 1);
    Checkpoint checkpoint = SafetensorsReader.open(write(bytes));
    Tensor x = checkpoint.tensor(backend, "x");
    checkpoint.close();
    checkpoint.close(); // does nothing
    assertThatThrownBy(x::segment).isInstanceOf(ScopeException.class);
  }

  @Test
  void missingFilesAreNotCheckpointsThatAreBroken() {
    assertThatThrownBy(() -> SafetensorsReader.open(folder.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
  }

  private Path write(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("test.safetensors"), bytes);
  }
}
