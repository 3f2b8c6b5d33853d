package dev.jacquard.tensor.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.tensor.backend.reference.ReferenceBackend;
import dev.jacquard.tensor.memory.TensorScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;

/// Changes good files at random: a reader must read all of the result or throw
/// [CheckpointException], in bounded memory.
public final class Mutations {
  private static final long MOST_NATIVE_BYTES = 64 << 20;

  private final byte[] seed;
  private final byte[] dictionary;
  private final int hot;

  /// @param seed a good file
  /// @param dictionary bytes that mean something to the format
  /// @param hot number of bytes at the start that most changes concern
  public Mutations(byte[] seed, String dictionary, int hot) {
    this.seed = seed.clone();
    this.dictionary = dictionary.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    this.hot = Math.min(hot, seed.length);
  }

  /// Reads so many changed files.
  public void run(Path folder, CheckpointFormat format, int rounds) throws IOException {
    Path path = folder.resolve("fuzz");
    int read = 0;
    try (ReferenceBackend backend = new ReferenceBackend()) {
      for (int round = 0; round < rounds; round++) {
        Files.write(path, mutate(new SplittableRandom(round)));
        read += readsAll(backend, format, path, round) ? 1 : 0;
      }
      assertThat(backend.pool().liveBytes()).isZero();
      assertThat(backend.pool().reservedBytes()).isLessThan(MOST_NATIVE_BYTES);
    }
    assertThat(read).as("files that survived").isBetween(1, rounds - 1);
  }

  private static boolean readsAll(
      ReferenceBackend backend, CheckpointFormat format, Path path, int round) {
    try (Checkpoint checkpoint = format.open(path)) {
      for (TensorEntry entry : checkpoint.entries()) {
        TensorScope.<Integer, IOException>call(
            "fuzz", () -> checkpoint.toF32(backend, entry.name()).toFloats().length);
      }
      return true;
    } catch (CheckpointException e) {
      return false;
    } catch (IOException | RuntimeException | Error e) {
      throw new AssertionError("round " + round + ": undeclared " + e, e);
    }
  }

  /// One to four changes.
  private byte[] mutate(SplittableRandom random) {
    byte[] bytes = seed.clone();
    for (int change = random.nextInt(4); change >= 0; change--) {
      int range = random.nextInt(4) == 0 ? bytes.length : Math.min(hot, bytes.length);
      int at = random.nextInt(range);
      switch (random.nextInt(7)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = dictionary[random.nextInt(dictionary.length)];
        case 2 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
        case 3 -> bytes = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(8));
        case 4 -> bytes[at] = (byte) random.nextInt(256);
        case 5 -> // a number becomes huge or negative
            Arrays.fill(bytes, at, Math.min(bytes.length, at + 8), (byte) -random.nextInt(2));
        default -> { // a piece moves
          int to = random.nextInt(range);
          int length = Math.min(random.nextInt(1, 24), bytes.length - Math.max(at, to));
          System.arraycopy(bytes, at, bytes, to, length);
        }
      }
    }
    return bytes;
  }
}
