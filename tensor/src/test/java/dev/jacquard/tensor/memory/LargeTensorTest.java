package dev.jacquard.tensor.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.op.EmbeddingOp;
import dev.jacquard.tensor.op.ExpandOp;
import dev.jacquard.tensor.op.LinearOp;
import dev.jacquard.tensor.op.SliceOp;
import dev.jacquard.tensor.op.SumOp;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Tensors of more than 2^31 elements, in a mapped file that is all hole: what nobody writes takes
/// no space on the disk, and what nobody reads none in memory.
class LargeTensorTest {
  private static final long ROWS = 2_300_000;
  private static final long WIDTH = 1000;
  private static final long ELEMENTS = ROWS * WIDTH; // of f32: 9.2 GB
  private static final long MEGABYTE = 1 << 20;

  @TempDir private static Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "reference"})
  void kernelsReachTheEndOfFloats(String name) throws IOException {
    assertThat(ELEMENTS).isGreaterThan(1L << 31);
    Path file = sparse(4 * ELEMENTS);
    try (Backend backend = Backends.byName(name, 2);
        Arena arena = Arena.ofShared()) {
      Tensor x = map(backend, arena, file, DType.F32, Shape.of(ROWS, WIDTH));
      Tensor last = x.narrow(0, ROWS - 3, 3); // a view beyond element 2^31
      for (int row = 0; row < 3; row++) {
        last.narrow(0, row, 1).copyFrom(Tensor.full(backend, Shape.of(1, WIDTH), row + 1));
      }
      assertThat(last.sum().item()).isEqualTo(6 * WIDTH);
      assertThat(last.scale(2).sum().item()).isEqualTo(12 * WIDTH);
      assertThat(SumOp.apply(last.narrow(1, WIDTH - 5, 5), 1).toFloats())
          .containsExactly(5, 10, 15);
      assertThat(SliceOp.select(x, 0, -1).narrow(0, 0, 2).toFloats()).containsExactly(3, 3);
      Tensor ids = Tensor.ofInts(backend, Shape.of(2), (int) ROWS - 1, 0);
      assertThat(EmbeddingOp.apply(x, ids).sum().item()).isEqualTo(3 * WIDTH);
      Tensor ones = Tensor.full(backend, Shape.of(1, WIDTH), 1);
      assertThat(LinearOp.apply(ones, last).toFloats())
          .containsExactly(WIDTH, 2 * WIDTH, 3 * WIDTH);
      Tensor column = x.transpose(0, 1).narrow(0, WIDTH - 1, 1); // its steps span the file
      assertThat(column.narrow(1, ROWS - 4, 4).contiguous().toFloats()).containsExactly(0, 1, 2, 3);
    } finally {
      Files.delete(file);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "reference"})
  void bytesBeyondIntMax(String name) throws IOException {
    long bytes = 3L << 30;
    Path file = sparse(bytes);
    try (Backend backend = Backends.byName(name, 2);
        Arena arena = Arena.ofShared()) {
      Tensor x = map(backend, arena, file, DType.U8, Shape.of(bytes));
      x.storage().segment().set(ValueLayout.JAVA_BYTE, bytes - 2, (byte) 200);
      Tensor end = x.narrow(0, bytes - 3, 3);
      assertThat(end.to(DType.F32).toFloats()).containsExactly(0, 200, 0);
      Tensor copy = Tensor.empty(backend, DType.U8, Shape.of(3)).copyFrom(end);
      assertThat(copy.to(DType.I32).toInts()).containsExactly(0, 200, 0);
    } finally {
      Files.delete(file);
    }
  }

  /// One call of a kernel for more than 2^31 elements: a row that is stretched over all of them.
  @Test
  void oneSumTakesMoreThanIntMaxElements() {
    try (Backend backend = Backends.cpu(2)) {
      long width = 1 << 16;
      long rows = 33_000;
      Tensor row = Tensor.full(backend, Shape.of(1, width), 1);
      Tensor all = ExpandOp.apply(row, rows, width);
      assertThat(all.shape().numel()).isGreaterThan(1L << 31);
      assertThat(all.sum().item()).isEqualTo((float) (rows * width)); // exact: few bits
    }
  }

  private static Tensor map(Backend backend, Arena arena, Path file, DType type, Shape shape)
      throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      MemorySegment mapping = channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size(), arena);
      return Tensor.wrap(backend, Storage.external(mapping), type, shape);
    }
  }

  /// A file that is one hole; skips the test where files have none.
  private static Path sparse(long bytes) throws IOException {
    assumeTrue(hasHoles(), "the file system of " + folder + " stores holes as zeros");
    return extend(Files.createTempFile(folder, "large", ".bin"), bytes);
  }

  private static boolean hasHoles() throws IOException {
    Path probe = Files.createTempFile(folder, "probe", ".bin");
    long before = Files.getFileStore(probe).getUsableSpace();
    extend(probe, 512 * MEGABYTE);
    long used = before - Files.getFileStore(probe).getUsableSpace();
    Files.delete(probe);
    return used < 256 * MEGABYTE;
  }

  private static Path extend(Path file, long bytes) throws IOException {
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
      access.setLength(bytes);
    }
    return file;
  }
}
