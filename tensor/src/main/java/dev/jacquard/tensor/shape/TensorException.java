package dev.jacquard.tensor.shape;

/// A caller's mistake or an exhausted resource in tensor code. The message reads `op: what is
/// wrong; the values seen; what would be right`.
public abstract sealed class TensorException extends RuntimeException
    permits ShapeException,
        DTypeException,
        DeviceException,
        DerivativeException,
        ScopeException,
        NativeMemoryException {
  private static final long serialVersionUID = 1L;

  TensorException(String message) {
    super(message);
  }
}
