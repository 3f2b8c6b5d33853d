package dev.jacquard.tensor.io.npy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.reference.ReferenceBackend;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.Mutations;
import dev.jacquard.tensor.io.StateDict;
import dev.jacquard.tensor.io.StoredType;
import dev.jacquard.tensor.io.TensorEntry;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Files written by NumPy 2.4.6: `a = (np.arange(24, dtype='<f4') / 8 - 1).reshape(2, 3, 4)` and
/// `np.array([0, 1, 2, 100])` in every type.
class NpyReaderTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/npy");

  @TempDir Path folder;
  private final ReferenceBackend backend = new ReferenceBackend();

  @AfterEach
  void closeBackend() {
    backend.close();
  }

  @ParameterizedTest
  @CsvSource({
    "float32.npy, array",
    "fortran.npy, array",
    "stored.npz, nested/name",
    "stored.npz, fortran",
    "deflated.npz, nested/name",
    "deflated.npz, fortran"
  })
  void readsBothOrders(String file, String name) throws IOException {
    try (Checkpoint checkpoint = NpyReader.open(GOLDEN.resolve(file))) {
      Tensor x = checkpoint.tensor(backend, name);
      assertThat(x.shape()).isEqualTo(Shape.of(2, 3, 4));
      float[] values = x.toFloats();
      for (int i = 0; i < values.length; i++) {
        assertThat(values[i]).isEqualTo(i / 8f - 1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"stored.npz", "deflated.npz"})
  void readsEveryType(String file) throws IOException {
    try (Checkpoint checkpoint = NpyReader.open(GOLDEN.resolve(file))) {
      int types = 0;
      for (TensorEntry entry : checkpoint.entries()) {
        if (entry.name().length() == 2) {
          types++;
          float last = entry.type() == StoredType.BOOL ? 1 : 100;
          float third = Math.min(2, last);
          assertThat(checkpoint.toF32(backend, entry.name()).toFloats())
              .as(entry.name())
              .containsExactly(0, 1, third, last);
        }
      }
      assertThat(types).isEqualTo(12);
      assertThat(checkpoint.tensor(backend, "empty").shape()).isEqualTo(Shape.of(0, 5));
    }
  }

  @Test
  void readsScalars() throws IOException {
    try (Checkpoint checkpoint = NpyReader.open(GOLDEN.resolve("scalar.npy"))) {
      assertThat(checkpoint.entries().getFirst().type()).isEqualTo(StoredType.F64);
      assertThat(checkpoint.tensor(backend, "array").item()).isEqualTo(2.5f);
    }
  }

  @ParameterizedTest
  @CsvSource({"strings.npy, <U1", "big-endian.npy, >f4", "objects.npy, |O"})
  void refusesOtherThingsThanLittleEndianNumbers(String file, String type) {
    assertThatThrownBy(() -> NpyReader.open(GOLDEN.resolve(file)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("array of type '" + type + "'");
  }

  @Test
  void readsWhatTheWriterWrites() throws IOException {
    StateDict state = new StateDict("test");
    state.put("scalar", Tensor.of(backend, Shape.of(), 1.5f));
    state.put("vector", Tensor.ofInts(backend, Shape.of(3), 1, -2, 3));
    state.put("a.b/c é", Tensor.of(backend, Shape.of(2, 2), 1, 2, 3, 4).transpose(0, 1));
    state.put("half", Tensor.of(backend, Shape.of(2), 1, 2).to(DType.F16));
    state.put("bf16", Tensor.of(backend, Shape.of(2), 1, 2).to(DType.BF16));
    Path file = folder.resolve("all.npz");
    NpyWriter.write(file, state);
    try (Checkpoint checkpoint = NpyReader.open(file)) {
      assertThat(checkpoint.entries())
          .extracting(TensorEntry::name)
          .containsExactlyElementsOf(state.names());
      assertThat(checkpoint.tensor(backend, "scalar").item()).isEqualTo(1.5f);
      assertThat(checkpoint.tensor(backend, "vector").toInts()).containsExactly(1, -2, 3);
      assertThat(checkpoint.tensor(backend, "a.b/c é").toFloats()).containsExactly(1, 3, 2, 4);
      assertThat(checkpoint.tensor(backend, "half").dtype()).isEqualTo(DType.F16);
      assertThat(checkpoint.tensor(backend, "bf16").toFloats()).containsExactly(1, 2);
      assertThat(checkpoint.tensor(backend, "a.b/c é").segment().isReadOnly()).isTrue(); // mapped
    }
    Path single = folder.resolve("one.npy");
    NpyWriter.write(single, state.get("a.b/c é"));
    try (Checkpoint checkpoint = NpyReader.open(single)) {
      assertThat(checkpoint.tensor(backend, "array").toFloats()).containsExactly(1, 3, 2, 4);
    }
  }

  @ParameterizedTest
  @CsvSource({"float32.npy, 500, 130", "stored.npz, 400, 9000", "deflated.npz, 400, 9000"})
  void mutatedFilesAreReadOrRefused(String file, int rounds, int hot) throws IOException {
    byte[] seed = Files.readAllBytes(GOLDEN.resolve(file));
    new Mutations(seed, "{}()'<>|fiub0123456789,: TrueFalse", hot)
        .run(folder, new NpyFormat(), rounds);
  }
}
