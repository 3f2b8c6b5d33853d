package dev.jacquard.models.vq;

import dev.jacquard.tensor.Tensor;

/// Hears of the results in between while a picture passes the network.
@FunctionalInterface
public interface ActivationListener {
  /// Takes no notice.
  ActivationListener NONE = (_, _) -> {};

  /// Called after each step.
  ///
  /// @param name of the step, for example `conv_blocks0.res1`
  /// @param x its result, `[B, C, H, W]`
  void onActivation(String name, Tensor x);
}
