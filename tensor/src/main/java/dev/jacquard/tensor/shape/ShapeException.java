package dev.jacquard.tensor.shape;

/// Shapes, axes or indices that do not fit together.
public final class ShapeException extends TensorException {
  private static final long serialVersionUID = 1L;

  /// Creates the exception.
  ///
  /// @param message `op: what is wrong; the values seen; what would be right`
  public ShapeException(String message) {
    super(message);
  }
}
