package dev.jacquard.nn.optim;

/// A learning rate over time.
@FunctionalInterface
public interface Schedule {
  /// The rate of one step.
  ///
  /// @param step number of the step, from 0
  /// @return learning rate
  double at(long step);

  /// Rises linearly to the peak during warm-up, then falls along half a cosine to the floor.
  ///
  /// Loshchilov & Hutter 2017 (arXiv:1608.03983), eq. 5, one period.
  ///
  /// @param peak highest rate
  /// @param warmupSteps steps of the rise
  /// @param totalSteps step at which the floor is reached
  /// @param floor lowest rate, kept afterwards
  /// @return the schedule
  static Schedule cosine(double peak, long warmupSteps, long totalSteps, double floor) {
    return step ->
        step < warmupSteps
            ? peak * (step + 1) / warmupSteps
            : floor
                + (peak - floor)
                    * 0.5
                    * (1 + Math.cos(Math.PI * progress(step, warmupSteps, totalSteps)));
  }

  /// Rises linearly to the peak during warm-up, then falls linearly to the floor.
  ///
  /// @param peak highest rate
  /// @param warmupSteps steps of the rise
  /// @param totalSteps step at which the floor is reached
  /// @param floor lowest rate, kept afterwards
  /// @return the schedule
  static Schedule linear(double peak, long warmupSteps, long totalSteps, double floor) {
    return step ->
        step < warmupSteps
            ? peak * (step + 1) / warmupSteps
            : peak + (floor - peak) * progress(step, warmupSteps, totalSteps);
  }

  /// The same rate always.
  ///
  /// @param rate learning rate
  /// @return the schedule
  static Schedule constant(double rate) {
    return _ -> rate;
  }

  private static double progress(long step, long warmupSteps, long totalSteps) {
    return Math.min(1.0, (double) (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
  }
}
