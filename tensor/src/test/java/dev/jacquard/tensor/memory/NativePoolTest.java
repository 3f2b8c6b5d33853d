package dev.jacquard.tensor.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.reference.ReferenceBackend;
import dev.jacquard.tensor.shape.NativeMemoryException;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.TensorException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NativePoolTest {
  private final NativePool pool = new NativePool();

  @AfterEach
  void close() {
    pool.close();
  }

  @Test
  void sizeClassesHoldTheBlockAndWasteAQuarterAtMost() {
    for (long bytes = 0; bytes < 1L << 40; bytes = bytes < 5000 ? bytes + 1 : bytes * 9 / 8 + 1) {
      long classBytes = NativePool.classBytes(bytes);
      assertThat(classBytes)
          .as("class of %d", bytes)
          .isGreaterThanOrEqualTo(bytes)
          .isLessThanOrEqualTo(Math.max(bytes + 64, bytes * 5 / 4));
      assertThat(classBytes % NativePool.ALIGNMENT_BYTES).as("class of %d", bytes).isZero();
      assertThat(NativePool.classBytes(classBytes)).as("class of a class").isEqualTo(classBytes);
    }
  }

  @Test
  void blocksHaveTheirExactSizeAndAreAligned() {
    for (long bytes : new long[] {0, 1, 63, 64, 65, 1000, 4097, 100_003}) {
      MemorySegment block = pool.acquire(bytes);
      assertThat(block.byteSize()).isEqualTo(bytes);
      assertThat(block.address() % 64).isZero();
      assertThat(block.isNative()).isTrue();
    }
  }

  @Test
  void releasedBlockServesTheNextRequestOfItsClass() {
    MemorySegment block = pool.acquire(1000);
    long reserved = pool.reservedBytes();
    pool.release(block);
    MemorySegment next = pool.acquire(1020); // both of class 1024
    assertThat(next.address()).isEqualTo(block.address());
    assertThat(next.byteSize()).isEqualTo(1020);
    assertThat(pool.reservedBytes()).isEqualTo(reserved);
    assertThat(pool.acquire(1020).address()).isNotEqualTo(block.address());
  }

  @Test
  void countersShowWhatIsInUse() {
    MemorySegment small = pool.acquire(10);
    MemorySegment large = pool.acquire(1000);
    assertThat(pool.liveBlocks()).isEqualTo(2);
    assertThat(pool.liveBytes()).isEqualTo(64 + 1024);
    pool.release(large);
    assertThat(pool.liveBytes()).isEqualTo(64);
    pool.release(small);
    assertThat(pool.liveBlocks()).isZero();
    assertThat(pool.liveBytes()).isZero();
    assertThat(pool.reservedBytes()).isEqualTo(64 + 1024);
  }

  @Test
  void releasingTwiceIsRefused() {
    MemorySegment block = pool.acquire(100);
    pool.release(block);
    assertThatThrownBy(() -> pool.release(block))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not in use");
    assertThat(pool.liveBlocks()).isZero();
  }

  @Test
  void exhaustionSaysHowMuchWasAskedForAndWhatIsInUse() {
    pool.acquire(1000);
    assertThatThrownBy(() -> pool.acquire(1L << 50))
        .isInstanceOf(NativeMemoryException.class)
        .hasMessageContaining("%,d bytes asked for".formatted(1L << 50))
        .hasMessageContaining("%,d bytes in 1 blocks in use".formatted(1024));
    assertThat(pool.liveBlocks()).isEqualTo(1);
  }

  @Test
  void limitNamesTheLargestTensorsAndWorkGoesOn() {
    System.setProperty(NativePool.LIMIT_PROPERTY, "1000000");
    try (ReferenceBackend backend = new ReferenceBackend()) {
      for (long size : new long[] {10, 20_000, 100_000, 1000, 3000, 7}) {
        Tensor.zeros(backend, Shape.of(size));
      }
      long live = backend.pool().liveBytes();
      for (int turn = 0; turn < 100; turn++) { // what a failed step took is given back
        assertThatThrownBy(
                () ->
                    TensorScope.call(
                        "step",
                        () -> {
                          Tensor.zeros(backend, Shape.of(5000));
                          return Tensor.zeros(backend, Shape.of(200_000));
                        }))
            .isInstanceOf(NativeMemoryException.class)
            .isInstanceOf(TensorException.class)
            .hasMessageContaining("%,d bytes asked for".formatted(800_000))
            .hasMessageContaining(
                "the largest [%,d, %,d, %,d, %,d, %,d]"
                    .formatted(400_000, 80_000, 20_000, 12_000, 4000))
            .hasMessageContaining(NativePool.LIMIT_PROPERTY);
      }
      assertThat(backend.pool().liveBytes()).isEqualTo(live);
      assertThat(Tensor.full(backend, Shape.of(5000), 2).sum().item()).isEqualTo(10_000);
    } finally {
      System.clearProperty(NativePool.LIMIT_PROPERTY);
    }
  }

  @Test
  void aLargerFreeBlockServesWhenThereIsNoNewMemory() {
    try (NativePool small = new NativePool(4096)) {
      MemorySegment large = small.acquire(4000);
      small.release(large);
      MemorySegment part = small.acquire(100);
      assertThat(part.byteSize()).isEqualTo(100);
      assertThat(part.address()).isEqualTo(large.address());
      assertThat(small.liveBytes()).isEqualTo(4096);
      assertThatThrownBy(() -> small.acquire(1)).isInstanceOf(NativeMemoryException.class);
      small.release(part);
      assertThat(small.acquire(4000).address()).isEqualTo(large.address());
    }
  }

  @Test
  void threadsNeverShareABlock() throws Exception {
    List<Future<?>> futures = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
      for (int thread = 0; thread < 6; thread++) {
        int id = thread;
        futures.add(threads.submit(() -> useBlocks(id)));
      }
    }
    for (Future<?> future : futures) {
      future.get();
    }
    assertThat(pool.liveBlocks()).isZero();
  }

  /// Marks blocks with the thread's number and finds the marks again.
  private void useBlocks(int id) {
    for (int turn = 0; turn < 500; turn++) {
      List<MemorySegment> blocks = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        MemorySegment block = pool.acquire(64L * (1 + i % 3));
        block.fill((byte) id);
        blocks.add(block);
      }
      for (MemorySegment block : blocks) {
        for (long i = 0; i < block.byteSize(); i++) {
          if (block.get(ValueLayout.JAVA_BYTE, i) != id) {
            throw new AssertionError("block of thread " + id + " was written by another");
          }
        }
        pool.release(block);
      }
    }
  }
}
