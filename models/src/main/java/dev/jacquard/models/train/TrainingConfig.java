package dev.jacquard.models.train;

/// How a model is trained, whatever the model.
///
/// @param steps number of optimiser steps of the whole run
/// @param minutes wall-clock limit of this session in minutes; 0 for none
/// @param learningRate highest learning rate
/// @param minLearningRate learning rate at the end of the cosine
/// @param warmupSteps steps of linear warm-up
/// @param weightDecay decoupled decay of matrices
/// @param clipNorm largest joint norm of the gradients
/// @param emaDecay decay of the averaged weights, which are what is validated and saved; 0 for none
/// @param checkpointEvery steps between validations and checkpoints
/// @param seed number that fixes initial weights, batches and augmentation
public record TrainingConfig(
    long steps,
    double minutes,
    double learningRate,
    double minLearningRate,
    long warmupSteps,
    float weightDecay,
    double clipNorm,
    double emaDecay,
    long checkpointEvery,
    long seed) {

  /// Checks the values.
  ///
  /// @throws IllegalArgumentException if one is out of range
  public TrainingConfig {
    if (steps < 1
        || !(minutes >= 0) // so that NaN is out of range, too
        || !(learningRate > 0)
        || !(minLearningRate >= 0)
        || warmupSteps < 0
        || !(weightDecay >= 0)
        || !(clipNorm > 0)
        || !(emaDecay >= 0 && emaDecay < 1)
        || checkpointEvery < 1) {
      throw new IllegalArgumentException(
          ("train: setting out of range; steps %d, minutes %s, learning rate %s to %s, warm-up %d,"
                  + " decay %s, clip %s, ema %s, checkpoint every %d")
              .formatted(
                  steps,
                  minutes,
                  learningRate,
                  minLearningRate,
                  warmupSteps,
                  weightDecay,
                  clipNorm,
                  emaDecay,
                  checkpointEvery));
    }
  }

  /// What must be equal for a run to be resumed: everything that changes its numbers.
  ///
  /// @return the settings as one line of text
  public String fingerprint() {
    return "steps=%d lr=%s..%s warmup=%d decay=%s clip=%s ema=%s checkpoint=%d seed=%d"
        .formatted(
            steps,
            learningRate,
            minLearningRate,
            warmupSteps,
            weightDecay,
            clipNorm,
            emaDecay,
            checkpointEvery,
            seed);
  }
}
