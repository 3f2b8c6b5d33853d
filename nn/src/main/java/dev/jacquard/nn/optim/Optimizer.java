package dev.jacquard.nn.optim;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Gradients;
import java.util.SequencedMap;

/// Changes parameters by their gradients, and can be saved and continued.
///
/// Updates are in place; a parameter without a gradient is left alone.
public interface Optimizer {
  /// Updates every parameter that has a gradient.
  ///
  /// @param gradients of the loss
  /// @param learningRate of this step
  /// @param gradientScale factor applied to all gradients first, from [GradientNorm#clipFactor]
  void step(Gradients gradients, double learningRate, float gradientScale);

  /// Number of steps taken.
  ///
  /// @return 0 at the start
  long steps();

  /// The state to save and restore.
  ///
  /// @return the live tensors by name; writing into them changes the optimiser
  SequencedMap<String, Tensor> state();

  /// Continues a saved run; tensors are restored through [#state()].
  ///
  /// @param stepsTaken number of steps taken before
  void resumeAt(long stepsTaken);
}
