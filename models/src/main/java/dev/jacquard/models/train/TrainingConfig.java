package dev.jacquard.models.train;

import java.util.Locale;

/// How a model is trained, whatever the model.
///
/// @param steps number of optimiser steps of the whole run
/// @param minutes wall-clock limit of this session in minutes; 0 for none
/// @param optimizer what changes the parameters
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
    OptimizerKind optimizer,
    double learningRate,
    double minLearningRate,
    long warmupSteps,
    float weightDecay,
    double clipNorm,
    double emaDecay,
    long checkpointEvery,
    long seed) {

  /// The optimisers to choose from.
  public enum OptimizerKind {
    /// [dev.jacquard.nn.optim.AdamW] for all parameters.
    ADAMW,
    /// [dev.jacquard.nn.optim.Muon] for the matrices inside the network, AdamW for the others.
    MUON;

    /// Reads a setting.
    ///
    /// @param name `adamw` or `muon`
    /// @return the optimiser
    /// @throws IllegalArgumentException if it is neither
    public static OptimizerKind of(String name) {
      for (OptimizerKind kind : values()) {
        if (kind.setting().equals(name)) {
          return kind;
        }
      }
      throw new IllegalArgumentException(
          "setting: unknown optimizer; \"" + name + "\"; have adamw, muon");
    }

    private String setting() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

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
    return "steps=%d optimizer=%s lr=%s..%s warmup=%d decay=%s clip=%s ema=%s checkpoint=%d seed=%d"
        .formatted(
            steps,
            optimizer.setting(),
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
