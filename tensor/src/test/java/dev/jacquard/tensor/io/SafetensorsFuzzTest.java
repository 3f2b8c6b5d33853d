package dev.jacquard.tensor.io;

import static dev.jacquard.tensor.io.SafetensorsFiles.entry;
import static dev.jacquard.tensor.io.SafetensorsFiles.file;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.tensor.backend.reference.ReferenceBackend;
import dev.jacquard.tensor.memory.TensorScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Mutates a good file: the reader either reads all of it or throws [CheckpointException].
class SafetensorsFuzzTest {
  private static final int ROUNDS = 3_000;
  private static final String JSON_BYTES = "{}[]\":,0123456789-.eE \\untF32x_";

  @TempDir Path folder;

  @Test
  void mutatedFilesAreReadOrRefused() throws IOException {
    byte[] seed =
        file(
            "{\"__metadata__\":{\"format\":\"pt\"},"
                + entry("a", "F32", "[2,3]", 0, 24)
                + ","
                + entry("b", "BF16", "[1,3]", 24, 30)
                + ","
                + entry("c", "I16", "[3]", 30, 36)
                + "}   ",
            36);
    Path path = folder.resolve("fuzz.safetensors");
    int read = 0;
    try (ReferenceBackend backend = new ReferenceBackend()) {
      for (int round = 0; round < ROUNDS; round++) {
        Files.write(path, mutate(seed, new SplittableRandom(round)));
        read += readsAll(backend, path, round) ? 1 : 0;
      }
      assertThat(backend.pool().liveBytes()).isZero();
      assertThat(backend.pool().reservedBytes()).isLessThan(1 << 20);
    }
    assertThat(read).as("files that survived").isBetween(1, ROUNDS - 1);
  }

  private static boolean readsAll(ReferenceBackend backend, Path path, int round) {
    try (Checkpoint checkpoint = SafetensorsReader.open(path)) {
      TensorScope.<Integer, IOException>call(
          "fuzz",
          () -> {
            for (TensorEntry entry : checkpoint.entries()) {
              checkpoint.toF32(backend, entry.name()).toFloats();
            }
            return 0;
          });
      return true;
    } catch (CheckpointException e) {
      return false;
    } catch (IOException | RuntimeException | Error e) {
      throw new AssertionError("round " + round + ": undeclared " + e, e);
    }
  }

  /// One to four changes, most of them where the header is.
  private static byte[] mutate(byte[] seed, SplittableRandom random) {
    byte[] bytes = seed.clone();
    for (int change = random.nextInt(4); change >= 0; change--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) JSON_BYTES.charAt(random.nextInt(JSON_BYTES.length()));
        case 2 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
        case 3 -> bytes = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(8));
        default -> { // a piece moves
          int to = random.nextInt(bytes.length);
          int length = Math.min(random.nextInt(1, 12), bytes.length - Math.max(at, to));
          System.arraycopy(bytes, at, bytes, to, length);
        }
      }
    }
    return bytes;
  }
}
