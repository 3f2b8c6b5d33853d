package dev.jacquard.models.train;

import dev.jacquard.tensor.Tensor;

/// Training has run into infinities or NaN.
public final class NotFiniteException extends ArithmeticException {
  private static final long serialVersionUID = 1;

  /// Names the place.
  ///
  /// @param message what is wrong
  public NotFiniteException(String message) {
    super(message);
  }

  /// Checks a tensor on the way to the loss.
  ///
  /// @param name what to call it
  /// @param x f32
  /// @throws NotFiniteException if an element is infinite or NaN, or the squares' sum overflows
  public static void require(String name, Tensor x) {
    if (!isFinite(x)) {
      throw new NotFiniteException("\"" + name + "\" has values that are no finite numbers");
    }
  }

  static boolean isFinite(Tensor x) {
    return Double.isFinite(x.backend().reduce().sumOfSquares(x.detach().contiguous()));
  }
}
