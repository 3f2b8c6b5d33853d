package dev.jacquard.jpeg;

import java.util.List;

/// A scan that is to be written.
///
/// @param components indices in the frame, rising
/// @param band what the scan codes of each coefficient
record ScanPlan(List<Integer> components, Band band) {
  /// Whether DC coefficients need a table: their refinement does not.
  boolean needsDcTable() {
    return band.hasDc() && !band.isRefinement();
  }

  boolean needsAcTable() {
    return band.hasAc();
  }
}
