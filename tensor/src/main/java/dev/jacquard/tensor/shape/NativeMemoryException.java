package dev.jacquard.tensor.shape;

/// Native memory is exhausted; the message gives the size asked for and what is in use.
public final class NativeMemoryException extends TensorException {
  private static final long serialVersionUID = 1L;

  /// Creates the exception.
  ///
  /// @param message `op: what is wrong; the values seen; what would be right`
  public NativeMemoryException(String message) {
    super(message);
  }
}
