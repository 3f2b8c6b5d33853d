package dev.jacquard.tensor.shape;

/// Tensors on devices or backends that do not fit together, or a device that is missing.
public final class DeviceException extends TensorException {
  private static final long serialVersionUID = 1L;

  /// Creates the exception.
  ///
  /// @param message `op: what is wrong; the values seen; what would be right`
  public DeviceException(String message) {
    super(message);
  }
}
