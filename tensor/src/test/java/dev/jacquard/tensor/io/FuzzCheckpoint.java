package dev.jacquard.tensor.io;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.reference.ReferenceBackend;
import dev.jacquard.tensor.io.gguf.GgufFormat;
import dev.jacquard.tensor.io.npy.NpyFormat;
import dev.jacquard.tensor.io.torch.TorchFormat;
import dev.jacquard.tensor.memory.TensorScope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/// Fuzz target: a checkpoint of one format, which the first argument names. Every tensor of it can
/// be read, or the file is refused with a place in it; either takes little time and memory.
public final class FuzzCheckpoint {
  /// The formats by name.
  static final Map<String, CheckpointFormat> FORMATS =
      Map.of(
          "safetensors", new SafetensorsFormat(),
          "torch", new TorchFormat(),
          "gguf", new GgufFormat(),
          "npy", new NpyFormat(),
          "llama2c", new Llama2cReader.Format());

  private static final String INDEX = "index"; // of a sharded checkpoint

  // slow enough for instrumented code that is being compiled while it runs
  private static final long NANOS = 2_000_000_000L;
  private static final long HEAP_BYTES = 64L << 20;
  private static final long NATIVE_BYTES = 16L << 20;
  private static final long HEAP_PER_BYTE = 2_000;

  private static final ThreadMXBean THREAD = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static String format = "safetensors";
  private static Path file = Path.of("");

  private FuzzCheckpoint() {}

  /// Chooses the format; the fuzzer calls it first.
  ///
  /// @param args name of the format
  public static void fuzzerInitialize(String[] args) {
    format = args[0];
    try {
      file = Files.createTempDirectory("fuzz").resolve("model.safetensors.index.json");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Tries one input.
  ///
  /// @param bytes any
  public static void fuzzerTestOneInput(byte[] bytes) {
    for (int trial = 0; trial < 2; trial++) { // the first may load classes
      long time = THREAD.getCurrentThreadCpuTime();
      long heap = THREAD.getCurrentThreadAllocatedBytes();
      read(bytes);
      time = THREAD.getCurrentThreadCpuTime() - time;
      heap = THREAD.getCurrentThreadAllocatedBytes() - heap;
      if (time < NANOS && heap < HEAP_BYTES + HEAP_PER_BYTE * bytes.length) {
        return;
      }
    }
    throw new AssertionError("too much time or memory for " + bytes.length + " bytes");
  }

  private static void read(byte[] bytes) {
    try (ReferenceBackend backend = new ReferenceBackend()) {
      Files.write(file, bytes);
      try (Checkpoint checkpoint = open()) {
        checkpoint.entries().forEach(entry -> readTensor(checkpoint, entry, backend));
      } catch (CheckpointException e) {
        assertThat(e.offsetBytes()).as(e.getMessage()).isBetween(-1L, (long) bytes.length);
      } catch (NoSuchFileException _) { // a shard that an index names
        assertThat(format).isEqualTo(INDEX);
      }
      assertThat(backend.pool().liveBytes()).isZero();
      assertThat(backend.pool().reservedBytes()).isLessThan(NATIVE_BYTES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Checkpoint open() throws IOException {
    CheckpointFormat known = FORMATS.get(format);
    return known == null ? ShardedCheckpoint.open(file) : known.open(file);
  }

  private static void readTensor(Checkpoint file, TensorEntry entry, ReferenceBackend backend) {
    TensorScope.run(
        "fuzz",
        () -> {
          try {
            assertThat(file.raw(entry.name()).byteSize()).isEqualTo(entry.sizeBytes());
            Tensor tensor = file.tensor(backend, entry.name());
            assertThat(tensor.shape()).isEqualTo(entry.shape());
            tensor.segment().mismatch(tensor.segment());
          } catch (CheckpointException e) { // what is wrong may show only now
            assertThat(e).hasMessageStartingWith("checkpoint: ");
          }
        });
  }
}
