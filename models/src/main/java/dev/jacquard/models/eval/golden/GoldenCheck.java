package dev.jacquard.models.eval.golden;

import java.io.IOException;

/// Recomputes the tensors of one system's golden folders.
public interface GoldenCheck {
  /// Which folders it understands.
  ///
  /// @return value of `system` in `config.json`
  String system();

  /// Whether every tensor that a folder lists must be computed.
  ///
  /// @return false if steps in between may be left out
  default boolean needsAll() {
    return false;
  }

  /// Loads the weights, computes, and reports every tensor it can.
  ///
  /// @param folder weights, inputs and expected tensors; sizes may be any
  /// @param report takes what was computed
  /// @throws IOException if a file of the folder is missing or malformed
  void check(GoldenFolder folder, GoldenReport report) throws IOException;
}
