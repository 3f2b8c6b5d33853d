package dev.jacquard.tensor.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Opens checkpoint files of any known format, told apart by the end of their name.
public final class Checkpoints {
  private static final List<Format> FORMATS =
      List.of(new Format(".safetensors", SafetensorsReader::open));

  private Checkpoints() {}

  private record Format(String suffix, Opener opener) {
    boolean fits(Path file) {
      return file.toString().toLowerCase(Locale.ROOT).endsWith(suffix);
    }
  }

  @FunctionalInterface
  private interface Opener {
    Checkpoint open(Path file) throws IOException;
  }

  /// Opens a file.
  ///
  /// @param file a checkpoint
  /// @return the open file, closed by the caller
  /// @throws CheckpointException if its format is not known or it is malformed
  /// @throws IOException if it is missing or cannot be read
  public static Checkpoint open(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    for (Format format : FORMATS) {
      if (format.fits(file)) {
        return format.opener().open(file);
      }
    }
    String known = FORMATS.stream().map(Format::suffix).collect(Collectors.joining(", "));
    throw new CheckpointException("unknown format; need one of " + known, file.toString());
  }
}
