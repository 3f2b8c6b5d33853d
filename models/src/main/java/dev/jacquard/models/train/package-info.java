/// The training loop: batches, steps, checkpoints that survive a kill, the loss curve.
///
/// Read in this order: [dev.jacquard.models.train.TrainingTask],
/// [dev.jacquard.models.train.Trainer], [dev.jacquard.models.train.DocumentBatches].
@org.jspecify.annotations.NullMarked
package dev.jacquard.models.train;
