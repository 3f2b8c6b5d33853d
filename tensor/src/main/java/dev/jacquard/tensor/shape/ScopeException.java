package dev.jacquard.tensor.shape;

/// Use of a tensor after its scope has ended; the message names the scope.
public final class ScopeException extends TensorException {
  private static final long serialVersionUID = 1L;

  /// Creates the exception.
  ///
  /// @param message `op: what is wrong; the values seen; what would be right`
  public ScopeException(String message) {
    super(message);
  }
}
