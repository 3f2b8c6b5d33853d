package dev.jacquard.jpeg;

import java.io.IOException;

/// A file that cannot be decoded. The message names the place; [#offset()] gives it as a number.
public abstract sealed class JpegException extends IOException
    permits JpegFormatException, JpegUnsupportedException {
  private static final long serialVersionUID = 1L;

  /// Byte of the stream where the trouble is.
  private final int offset;

  JpegException(String message, int offset) {
    super(message);
    this.offset = offset;
  }

  /// Where in the stream the trouble is.
  ///
  /// @return bytes from the start of the stream
  public int offset() {
    return offset;
  }
}
