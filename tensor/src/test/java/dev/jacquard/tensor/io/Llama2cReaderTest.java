package dev.jacquard.tensor.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.tensor.backend.reference.ReferenceBackend;
import dev.jacquard.tensor.io.Refusals.Case;
import dev.jacquard.tensor.shape.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class Llama2cReaderTest {
  private static final int DIM = 4;
  private static final int HIDDEN = 6;
  private static final int LAYERS = 2;
  private static final int VOCAB = 5;
  private static final int POSITIONS = 3;
  private static final int[] SIZES = {DIM, HIDDEN, LAYERS, 2, 1, VOCAB, POSITIONS};

  @TempDir Path folder;

  /// Two layers, two query heads, one key head; weight number i of the file is i.
  private static byte[] file(int version, boolean isShared, int... sizes) {
    int layer = 2 * DIM + 2 * DIM * DIM + 2 * DIM / 2 * DIM + 3 * DIM * HIDDEN;
    int floats = VOCAB * DIM * (isShared ? 1 : 2) + LAYERS * layer + DIM;
    floats += version == 0 ? POSITIONS * 2 : 0; // two tables of D/2 = 1 pair
    int header = version == 0 ? 28 : 256;
    ByteBuffer out =
        ByteBuffer.allocate(header + floats * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    if (version > 0) {
      out.putInt(0x616b3432).putInt(version);
    }
    for (int i = 0; i < sizes.length; i++) {
      out.putInt(version == 0 && i == 5 && !isShared ? -sizes[i] : sizes[i]);
    }
    if (version > 0) {
      out.put((byte) (isShared ? 1 : 0));
    }
    out.position(header);
    for (int i = 0; i < floats; i++) {
      out.putFloat(i);
    }
    return out.array();
  }

  @ParameterizedTest
  @CsvSource({"0, true, 20", "0, false, 20", "1, true, 0", "1, false, 0"})
  void readsBothVersions(int version, boolean isShared, float firstNorm) throws IOException {
    Path path = Files.write(folder.resolve("model.bin"), file(version, isShared, SIZES));
    try (ReferenceBackend backend = new ReferenceBackend();
        Checkpoint file = Checkpoints.open(path)) {
      assertThat(file.metadata())
          .containsEntry("dim", "4")
          .containsEntry("n_kv_heads", "1")
          .containsEntry("vocab_size", "5")
          .containsEntry("shared_classifier", Boolean.toString(isShared));
      assertThat(file.tensor(backend, "layers.0.attention_norm.weight").toFloats()[0])
          .isEqualTo(firstNorm);
      assertThat(file.tensor(backend, "layers.1.attention.wk.weight").shape())
          .isEqualTo(Shape.of(2, 4));
      assertThat(file.tensor(backend, "tok_embeddings.weight").shape()).isEqualTo(Shape.of(5, 4));
      assertThat(file.entries().stream().anyMatch(e -> e.name().equals("output.weight")))
          .isEqualTo(!isShared);
    }
  }

  static Stream<Case> cases() {
    byte[] good = file(0, true, SIZES);
    return Stream.of(
        new Case("empty", new byte[0], "truncated"),
        new Case("truncated", Arrays.copyOf(good, good.length - 1), "or truncated"),
        new Case("longer", Arrays.copyOf(good, good.length + 4), "or truncated"),
        new Case("version", file(2, true, SIZES), "version 2"),
        new Case("no dim", file(0, true, 0, 6, 2, 2, 1, 5, 3), "no Llama's"),
        new Case("heads", file(0, true, 4, 6, 2, 3, 1, 5, 3), "no Llama's"),
        new Case("kv heads", file(0, true, 4, 6, 2, 2, 3, 5, 3), "no Llama's"),
        new Case("odd head", file(0, true, 4, 6, 2, 4, 1, 5, 3), "no Llama's"),
        new Case("negative", file(0, true, 4, -6, 2, 2, 1, 5, 3), "no Llama's"),
        new Case("layers", file(0, true, 4, 6, 1 << 23, 2, 1, 5, 3), "no Llama's"),
        new Case("huge", file(0, true, 1 << 23, 1 << 23, 2, 2, 1, 5, 3), "no Llama's"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void refusesWithFileAndOffset(Case broken) throws IOException {
    Refusals.check(new Llama2cReader.Format(), folder, broken);
  }
}
