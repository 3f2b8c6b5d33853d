package dev.jacquard.models.eval;

import dev.jacquard.tensor.Tensor;
import java.util.List;

/// A fixed network whose activations say more about pictures than their pixels do.
public interface FeatureNet {
  /// What to call it in reports.
  ///
  /// @return for example `random-conv`
  String name();

  /// Which weights it has.
  ///
  /// @return the first 12 hexadecimal digits of their SHA-256
  String hash();

  /// Activations, from fine to coarse; differentiable in the pictures.
  ///
  /// @param images `[B, 1 or 3, H, W]`, in `[-1, 1]`
  /// @return feature maps `[B, C, h, w]`
  List<Tensor> features(Tensor images);
}
