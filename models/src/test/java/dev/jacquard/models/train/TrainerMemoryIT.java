package dev.jacquard.models.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.jacquard.models.Settings;
import dev.jacquard.models.data.TestPictures;
import dev.jacquard.models.jpeglm.JpegLmFamily;
import dev.jacquard.models.jpeglm.TinyModel;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.memory.TensorScope;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Steady training takes no new native memory, and under 1 MB of heap a step.
///
/// Apart from the unit tests, as training runs in a JVM of its own: what hundreds of tests did with
/// vectors before decides what the JIT compiler makes of a kernel.
class TrainerMemoryIT {
  private static final int MOST_STEPS = 2000;
  private static final int MEGABYTE = 1 << 20;

  @TempDir private Path folder;
  private final Backend backend = Backends.cpu(1);
  private final TensorScope scope = TensorScope.open("test");

  @AfterEach
  void close() {
    scope.close();
    backend.close();
  }

  /// Vectors are objects on the heap until the compiler has seen each kernel often enough, so the
  /// run goes on until 20 steps in a row are small.
  @Test
  void aStepTakesNoNewMemoryOnceWarm() throws IOException {
    Trainer trainer =
        new Trainer(
            task(), TinyModel.training(MOST_STEPS, MOST_STEPS, 1e-2), folder.resolve("run"));
    long atRest = backend.pool().liveBytes(); // parameters, moments, averages
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    List<Long> reserved = new ArrayList<>();
    List<Long> live = new ArrayList<>();
    List<Long> heap = new ArrayList<>();
    trainer.run(
        row -> {
          reserved.add(backend.pool().reservedBytes());
          live.add(backend.pool().liveBytes());
          heap.add(threads.getCurrentThreadAllocatedBytes());
          return heap.size() < 40 || bytesOfLast(heap, 20) >= 20L * MEGABYTE;
        });
    assertThat(bytesOfLast(heap, 20) / 20).isLessThan(MEGABYTE);
    assertThat(live).containsOnly(atRest);
    assertThat(reserved).containsOnly(reserved.getFirst());
  }

  private static long bytesOfLast(List<Long> heap, int steps) {
    return heap.getLast() - heap.get(heap.size() - 1 - steps);
  }

  private TrainingTask task(String... changes) throws IOException {
    return scope.within(
        () ->
            new JpegLmFamily()
                .newTask(
                    TestPictures.set(TestPictures.parts(16, 6, 1, 0)),
                    new Settings(TinyModel.settings(changes)),
                    0,
                    backend));
  }
}
