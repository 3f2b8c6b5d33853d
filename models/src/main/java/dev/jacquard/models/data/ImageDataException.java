package dev.jacquard.models.data;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Picture data that cannot be used: a missing or empty folder, a file that is no picture, a
/// damaged pack. The message names the file.
public final class ImageDataException extends IOException {
  private static final long serialVersionUID = 1L;

  /// The file or folder at fault; kept as text since paths are not serializable.
  private final String path;

  /// Makes an exception about a file or folder.
  ///
  /// @param path the file or folder at fault
  /// @param problem what is wrong and what would be right, without the path
  public ImageDataException(Path path, String problem) {
    this(path, problem, null);
  }

  /// Makes an exception about a file or folder, with its cause.
  ///
  /// @param path the file or folder at fault
  /// @param problem what is wrong and what would be right, without the path
  /// @param cause what was thrown below
  public ImageDataException(Path path, String problem, @Nullable Throwable cause) {
    super("data: " + problem + "; " + path, cause);
    this.path = path.toString();
  }

  /// What the message is about.
  ///
  /// @return the file or folder at fault
  public Path path() {
    return Path.of(path);
  }
}
