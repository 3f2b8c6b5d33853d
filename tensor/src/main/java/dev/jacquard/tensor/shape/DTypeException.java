package dev.jacquard.tensor.shape;

/// An element type that an operation does not take.
public final class DTypeException extends TensorException {
  private static final long serialVersionUID = 1L;

  /// Creates the exception.
  ///
  /// @param message `op: what is wrong; the values seen; what would be right`
  public DTypeException(String message) {
    super(message);
  }
}
