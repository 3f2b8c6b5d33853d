package dev.jacquard.models.train;

/// Hears of a training run's progress.
public interface TrainingListener {
  /// Ignores everything.
  TrainingListener NONE = _ -> true;

  /// Called after each step.
  ///
  /// @param row what happened
  /// @return false to stop after a checkpoint
  boolean onStep(LossHistory.Row row);
}
