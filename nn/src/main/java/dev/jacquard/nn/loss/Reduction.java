package dev.jacquard.nn.loss;

/// What becomes of the losses of the rows of a batch.
public enum Reduction {
  /// They stay as they are.
  NONE,
  /// The mean over the rows that count.
  MEAN,
  /// The sum.
  SUM
}
