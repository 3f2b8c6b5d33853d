package dev.jacquard.tensor.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A file format that [Checkpoints] can open. Found with `ServiceLoader`, so that each format is a
/// package of its own and nobody holds a list of them.
public interface CheckpointFormat {
  /// What to call it.
  ///
  /// @return for example `"safetensors"`
  String name();

  /// How names of such files usually end.
  ///
  /// @return in lower case with the dot; used only for files whose contents no format recognises,
  ///   so that the right reader says what is wrong
  List<String> suffixes();

  /// Whether a file is of this format, going by its first bytes.
  ///
  /// @param head the start of the file
  /// @param sizeBytes size of the whole file
  /// @return true if [#open] should try
  boolean recognizes(byte[] head, long sizeBytes);

  /// Opens a file.
  ///
  /// @param file a file of this format
  /// @return the open file, closed by the caller
  /// @throws CheckpointException if it is malformed
  /// @throws IOException if it is missing or cannot be read
  Checkpoint open(Path file) throws IOException;
}
