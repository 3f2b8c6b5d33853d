package dev.jacquard.tensor.io;

import java.io.IOException;
import java.nio.file.Path;

/// A checkpoint is broken, of another kind, or lacks what was asked for.
public final class CheckpointException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final long offsetBytes;

  /// Something is wrong at one place of a file.
  ///
  /// @param problem what is wrong; the values seen; what would be right
  /// @param file the file
  /// @param offsetBytes where in the file, from 0
  public CheckpointException(String problem, Path file, long offsetBytes) {
    super("checkpoint: %s; %s at byte %d".formatted(problem, file, offsetBytes));
    this.file = file.toString();
    this.offsetBytes = offsetBytes;
  }

  /// Something is wrong with the contents as a whole.
  ///
  /// @param problem what is wrong; the values seen; what would be right
  /// @param source the file, or where else the tensors come from
  public CheckpointException(String problem, String source) {
    super("checkpoint: %s; %s".formatted(problem, source));
    this.file = source;
    this.offsetBytes = -1;
  }

  /// Which checkpoint it is.
  ///
  /// @return path of the file, or where else the tensors come from
  public String file() {
    return file;
  }

  /// Where in the file the problem lies.
  ///
  /// @return offset from the start of the file, or -1 if it concerns no single place
  public long offsetBytes() {
    return offsetBytes;
  }
}
