package dev.jacquard.tensor.shape;

/// Second derivative of an operator that has only a first one; the message names the operator.
public final class DerivativeException extends TensorException {
  private static final long serialVersionUID = 1L;

  /// Creates the exception.
  ///
  /// @param message `op: what is wrong; the values seen; what would be right`
  public DerivativeException(String message) {
    super(message);
  }
}
