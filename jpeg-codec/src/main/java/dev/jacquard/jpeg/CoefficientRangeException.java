package dev.jacquard.jpeg;

/// A coefficient that the codes of a process cannot say (T.81 F.1.2, F.1.4).
final class CoefficientRangeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  CoefficientRangeException(String what, int magnitude, int categories) {
    super(
        "jpeg encoder: %s too large; magnitude %d; need less than %d"
            .formatted(what, magnitude, 1 << categories));
  }

  /// Checks a magnitude.
  ///
  /// @param maxCategory the largest that may be coded
  static void check(String what, int magnitude, int maxCategory) {
    if (magnitude >>> maxCategory != 0) {
      throw new CoefficientRangeException(what, magnitude, maxCategory);
    }
  }
}
