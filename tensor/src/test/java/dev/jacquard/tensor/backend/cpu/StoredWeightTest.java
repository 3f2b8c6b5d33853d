package dev.jacquard.tensor.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.memory.Storage;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.op.AttentionOp;
import dev.jacquard.tensor.op.EmbeddingOp;
import dev.jacquard.tensor.op.LinearOp;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Weights, keys and values of storage types on the CPU: more than close, results have the bits of
/// those with the converted numbers, wherever these lie.
class StoredWeightTest {
  @ParameterizedTest
  @EnumSource(names = {"BF16", "F16", "Q8_0", "Q4_0"})
  void givesTheBitsOfTheConvertedWeight(DType type) {
    for (int threads : new int[] {1, 2, 3, 7}) {
      try (Backend backend = Backends.cpu(threads)) {
        for (int m : new int[] {1, 2, 5, 7, 16, 33}) {
          for (int[] size : new int[][] {{64, 64}, {37, 1600}, {300, 2080}}) {
            TensorScope.run("product", () -> check(backend, type, m, size[0], size[1]));
          }
        }
      }
    }
  }

  private static void check(Backend backend, DType type, int m, int n, int k) {
    Tensor w = random(backend, n, k, 1).to(type);
    Tensor x = random(backend, m, k, 2);
    float[] expected = LinearOp.apply(x, w.to(DType.F32)).toFloats();
    float[] actual = LinearOp.apply(x, w).toFloats();
    assertThat(Arrays.mismatch(actual, expected)).as("%d %d %d %s", m, n, k, type).isEqualTo(-1);
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16", "F16", "Q8_0", "Q4_0"})
  void givesARowTheSameBitsAloneAsInABatch(DType type) {
    try (Backend backend = Backends.cpu(2)) {
      Tensor w = random(backend, 75, 160, 1).to(type);
      Tensor x = random(backend, 16, 160, 2);
      for (int batch : new int[] {2, 3, 7, 16}) {
        Tensor together = LinearOp.apply(x.narrow(0, 0, batch), w);
        for (int row = 0; row < batch; row++) {
          assertThat(together.narrow(0, row, 1).toFloats())
              .isEqualTo(LinearOp.apply(x.narrow(0, row, 1), w).toFloats());
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BF16", "F16", "Q8_0", "Q4_0"})
  void readsWeightsFromAMappedFile(DType type, @TempDir Path folder) throws IOException {
    int n = 40;
    int k = 96;
    try (Backend backend = Backends.cpu(2);
        Arena arena = Arena.ofShared()) {
      Tensor w = random(backend, n, k, 1).to(type);
      Tensor x = random(backend, 3, k, 2);
      int before = 2; // as in a file whose header has any even length
      byte[] bytes = w.segment().toArray(ValueLayout.JAVA_BYTE);
      Path file = folder.resolve("weight");
      Files.write(file, new byte[before]);
      Files.write(file, bytes, StandardOpenOption.APPEND);
      try (FileChannel channel = FileChannel.open(file)) {
        MemorySegment mapping =
            channel.map(FileChannel.MapMode.READ_ONLY, before, bytes.length, arena);
        Tensor mapped = Tensor.wrap(backend, Storage.external(mapping), type, Shape.of(n, k));
        Tensor one = x.narrow(0, 0, 1);
        Tensor ids = Tensor.ofInts(backend, Shape.of(2), n - 1, 0);
        assertThat(LinearOp.apply(x, mapped).toFloats()).isEqualTo(LinearOp.apply(x, w).toFloats());
        assertThat(LinearOp.apply(one, mapped).toFloats())
            .isEqualTo(LinearOp.apply(one, w).toFloats());
        assertThat(EmbeddingOp.apply(mapped, ids).toFloats())
            .isEqualTo(EmbeddingOp.apply(w, ids).toFloats());
      }
    }
  }

  /// Rows are converted a block at a time; where blocks end must not show.
  @ParameterizedTest
  @EnumSource(names = {"BF16", "F16"})
  void attentionGivesTheBitsOfConvertedKeys(DType type) {
    try (Backend backend = Backends.cpu(2)) {
      for (int[] size : new int[][] {{1, 31, 16}, {1, 97, 64}, {3, 64, 40}, {9, 65, 32}}) {
        Tensor q = random(backend, size[0] * 4, size[2], 1).reshape(1, size[0], 4, size[2]);
        Tensor k = random(backend, size[1] * 2, size[2], 2).reshape(1, size[1], 2, size[2]);
        Tensor v = random(backend, size[1] * 2, size[2], 3).reshape(1, size[1], 2, size[2]);
        Tensor ks = k.to(type);
        Tensor vs = v.to(type);
        Tensor expected = AttentionOp.apply(q, ks.to(DType.F32), vs.to(DType.F32), 0.2f, true);
        Tensor actual = AttentionOp.apply(q, ks, vs, 0.2f, true);
        assertThat(actual.toFloats()).isEqualTo(expected.toFloats());
      }
    }
  }

  private static Tensor random(Backend backend, int rows, int columns, long seed) {
    RandomStream stream = RandomStream.of(seed);
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = stream.normal(i);
    }
    return Tensor.of(backend, Shape.of(rows, columns), values);
  }
}
