package dev.jacquard.tensor.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Says how readers refuse bad files: with the file and a place in it.
public final class Refusals {
  private Refusals() {}

  /// @param name what is wrong
  /// @param bytes the file
  /// @param words part of the message
  public record Case(String name, byte[] bytes, String words) {
    @Override
    public String toString() {
      return name;
    }
  }

  /// Checks that a format refuses a file.
  public static void check(CheckpointFormat format, Path folder, Case broken) throws IOException {
    Path file = Files.write(folder.resolve("broken"), broken.bytes());
    CheckpointException refusal =
        catchThrowableOfType(CheckpointException.class, () -> format.open(file).close());
    assertThat(refusal).as(broken.name()).isNotNull();
    assertThat(refusal)
        .hasMessageStartingWith("checkpoint: ")
        .hasMessageContaining(broken.words())
        .hasMessageEndingWith("%s at byte %d".formatted(file, refusal.offsetBytes()));
    assertThat(refusal.offsetBytes()).isBetween(0L, (long) broken.bytes().length);
  }
}
