package dev.jacquard.tensor.io.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.reference.ReferenceBackend;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.Mutations;
import dev.jacquard.tensor.io.SafetensorsReader;
import dev.jacquard.tensor.io.SafetensorsWriter;
import dev.jacquard.tensor.io.StateDict;
import dev.jacquard.tensor.io.StoredType;
import dev.jacquard.tensor.io.TensorEntry;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.DTypeException;
import dev.jacquard.tensor.shape.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `ggml-types.gguf` holds rows that ggml quantised (ggml-org/ggml at d99724f2, the reference
/// functions `quantize_row_*_ref` and `dequantize_row_*`), put together by a script of its own.
class GgufTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/ggml-types.gguf");

  @TempDir Path folder;
  private final ReferenceBackend backend = new ReferenceBackend();

  @AfterEach
  void closeBackend() {
    backend.close();
  }

  @Test
  void readsFieldsOfEveryType() throws IOException {
    try (GgufFile file = GgufFile.open(GOLDEN)) {
      assertThat(file.number("test.u8")).isEqualTo(254);
      assertThat(file.number("test.i8")).isEqualTo(-2);
      assertThat(file.number("test.u16")).isEqualTo(65534);
      assertThat(file.number("test.i16")).isEqualTo(-2);
      assertThat(file.number("test.i32")).isEqualTo(-2);
      assertThat(file.number("test.u64")).isEqualTo(1L << 40);
      assertThat(file.number("test.i64")).isEqualTo(-3);
      assertThat(file.real("test.f32")).isEqualTo(1.5);
      assertThat(file.real("test.f64")).isEqualTo(0.1);
      assertThat(file.fields()).containsEntry("test.bool", true);
      assertThat(file.text("general.architecture")).isEqualTo("none");
      assertThat(file.list("test.names")).isEqualTo(List.of("a", "é", ""));
      assertThat(file.fields()).containsEntry("test.lists", List.of(List.of(7L), List.of()));
      assertThat(file.metadata()).containsEntry("test.names", "[a, é, ]");
      assertThatThrownBy(() -> file.number("test.f32"))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("\"test.f32\" is 1.5; need a whole number");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"q4_k", "q6_k"})
  void unpacksAsGgmlDoes(String name) throws IOException {
    try (Checkpoint file = GgufFile.open(GOLDEN)) {
      Tensor actual = file.tensor(backend, name);
      Tensor expected = file.tensor(backend, name + ".f32");
      assertThat(actual.shape()).isEqualTo(Shape.of(4, 512));
      assertThat(actual.toFloats()).containsExactly(expected.toFloats());
    }
  }

  @ParameterizedTest
  @CsvSource({"q8_0, Q8_0", "q4_0, Q4_0"})
  void quantizesAsGgmlDoes(String name, DType type) throws IOException {
    try (Checkpoint file = GgufFile.open(GOLDEN)) {
      Tensor expected = file.tensor(backend, name);
      assertThat(expected.dtype()).isEqualTo(type);
      Tensor actual = file.tensor(backend, "source").to(type);
      assertThat(actual.segment().mismatch(expected.segment())).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F32", "F16", "BF16", "Q8_0", "Q4_0"})
  void readsWhatTheWriterWrites(DType type) throws IOException {
    StateDict state = new StateDict("test");
    float[] values = new float[3 * 64];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i * 37 % 101) / 50f - 1;
    }
    state.put("matrix", Tensor.of(backend, Shape.of(3, 64), values));
    state.put("narrow", Tensor.of(backend, Shape.of(2, 3), 1, 2, 3, 4, 5, 6));
    state.put("vector", Tensor.of(backend, Shape.of(3), 1, 2, 3));
    state.put("ids", Tensor.ofInts(backend, Shape.of(2), 7, -7));
    Path path = folder.resolve("x.gguf");
    new GgufWriter()
        .field("text", "é")
        .field("u32", 7)
        .field("i64", -7L)
        .field("f32", 0.5f)
        .field("f64", 0.1)
        .field("flag", false)
        .field("list", List.of(1f, 2f))
        .field("empty", List.of())
        .matricesAs(type)
        .write(path, state);
    try (GgufFile file = GgufFile.open(path)) {
      assertThat(file.fields())
          .containsEntry("text", "é")
          .containsEntry("u32", 7L)
          .containsEntry("i64", -7L)
          .containsEntry("f32", 0.5)
          .containsEntry("f64", 0.1)
          .containsEntry("flag", false)
          .containsEntry("list", List.of(1.0, 2.0))
          .containsEntry("empty", List.of());
      Tensor matrix = file.tensor(backend, "matrix");
      assertThat(matrix.dtype()).isEqualTo(type);
      assertThat(matrix.segment().mismatch(state.get("matrix").to(type).segment())).isEqualTo(-1);
      assertThat(matrix.segment().isReadOnly()).isTrue(); // mapped
      DType fallback = type.isQuantized() ? DType.F32 : type;
      assertThat(file.tensor(backend, "narrow").dtype()).isEqualTo(fallback);
      assertThat(file.toF32(backend, "narrow").toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(file.tensor(backend, "vector").toFloats()).containsExactly(1, 2, 3);
      assertThat(file.tensor(backend, "ids").toInts()).containsExactly(7, -7);
    }
  }

  @Test
  void convertsFromAndToOtherFormats() throws IOException {
    Path floats = folder.resolve("floats.safetensors");
    Path half = folder.resolve("half.gguf");
    try (Checkpoint file = GgufFile.open(GOLDEN)) {
      new SafetensorsWriter().write(floats, file, backend);
      new GgufWriter().matricesAs(DType.F16).write(half, file, backend);
      new GgufWriter().write(folder.resolve("same.gguf"), file, backend);
    }
    try (Checkpoint expected = GgufFile.open(GOLDEN);
        Checkpoint first = SafetensorsReader.open(floats);
        Checkpoint second = GgufFile.open(half);
        Checkpoint same = GgufFile.open(folder.resolve("same.gguf"))) {
      for (TensorEntry entry : expected.entries()) {
        float[] values = expected.toF32(backend, entry.name()).toFloats();
        assertThat(first.tensor(backend, entry.name()).toFloats()).containsExactly(values);
        assertThat(second.tensor(backend, entry.name()).dtype()).isEqualTo(DType.F16);
        assertThat(same.raw(entry.name()).mismatch(expected.raw(entry.name()))).isEqualTo(-1);
      }
      assertThat(same.entries().getFirst().type()).isEqualTo(StoredType.Q4_K);
    }
  }

  @Test
  void refusesToWriteWhatGgufDoesNotKnow() {
    StateDict bytes = new StateDict("x").put("x", Tensor.empty(backend, DType.U8, Shape.of(1)));
    assertThatThrownBy(() -> new GgufWriter().write(folder.resolve("x"), bytes))
        .isInstanceOf(DTypeException.class)
        .hasMessageContaining("tensor \"x\" is U8");
    assertThatThrownBy(() -> new GgufWriter().field("x", new Object()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void mutatedFilesAreReadOrRefused() throws IOException {
    new Mutations(Files.readAllBytes(GOLDEN), "\0\1\2\4\10\11\14\16\30\377\200", 720)
        .run(folder, new GgufFormat(), 1000);
  }
}
