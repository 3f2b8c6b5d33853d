package dev.jacquard.models.train;

import java.util.Map;

/// Hears of a training run's progress.
public interface TrainingListener {
  /// Ignores everything.
  TrainingListener NONE = _ -> true;

  /// Called after each step.
  ///
  /// @param row what happened
  /// @return false to stop after a checkpoint
  boolean onStep(LossHistory.Row row);

  /// Called at each checkpoint with what [TrainingTask#report] found.
  ///
  /// @param step steps done
  /// @param figures by name, perhaps none
  default void onReport(long step, Map<String, Double> figures) {}
}
