package dev.jacquard.models.tokenizer;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A tokenizer file that cannot be used. The message names the file.
public final class TokenizerException extends IOException {
  private static final long serialVersionUID = 1L;

  /// Makes an exception about a file.
  ///
  /// @param file the file at fault
  /// @param problem what is wrong and what would be right, without the file
  public TokenizerException(Path file, String problem) {
    this(file, problem, null);
  }

  /// Makes an exception about a file, with its cause.
  ///
  /// @param file the file at fault
  /// @param problem what is wrong and what would be right, without the file
  /// @param cause what was thrown below
  public TokenizerException(Path file, String problem, @Nullable Throwable cause) {
    super("tokenizer: " + problem + "; " + file, cause);
  }
}
