package dev.jacquard.models.eval.golden;

/// How one tensor came out.
///
/// @param tensor which one
/// @param status whether it passed
/// @param error largest absolute error; NaN if nothing was compared
/// @param tolerance largest error to accept; NaN if nothing was to be compared
/// @param note what went wrong, or empty
public record GoldenResult(
    GoldenTensor tensor, Status status, double error, double tolerance, String note) {

  /// Whether a tensor passed.
  public enum Status {
    /// The error is within the tolerance.
    PASSED,
    /// It is not, or the shapes differ.
    FAILED,
    /// Nobody computed the tensor.
    SKIPPED
  }

  static GoldenResult compared(GoldenTensor tensor, double error, double tolerance, String note) {
    boolean passed = error <= tolerance; // false if the error is NaN
    return new GoldenResult(tensor, passed ? Status.PASSED : Status.FAILED, error, tolerance, note);
  }

  static GoldenResult failed(GoldenTensor tensor, String note) {
    return new GoldenResult(tensor, Status.FAILED, Double.NaN, Double.NaN, note);
  }

  static GoldenResult skipped(GoldenTensor tensor, double tolerance, String note) {
    return new GoldenResult(tensor, Status.SKIPPED, Double.NaN, tolerance, note);
  }
}
