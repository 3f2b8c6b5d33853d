package dev.jacquard.models.eval;

import dev.jacquard.nn.loss.RegressionLosses;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.op.NormalizeOp;
import java.util.List;

/// The distance of two pictures as a network sees them: at each position its channels are scaled to
/// length 1, then `Σ (f(x) - f(y))²` over channels is averaged over positions and added up over
/// layers.
///
/// Zhang et al. 2018 (arXiv:1801.03924), eq. 1, with all weights 1: LPIPS only with its own network
/// and weights, so reports name the network.
///
/// @param net the network
public record PerceptualDistance(FeatureNet net) {
  private static final float EPS = 1e-10f;

  /// Compares pictures; differentiable.
  ///
  /// @param x `[B, C, H, W]`, in `[-1, 1]`
  /// @param y same shape
  /// @return scalar `[]`, the mean over the batch
  public Tensor apply(Tensor x, Tensor y) {
    List<Tensor> a = net.features(x);
    List<Tensor> b = net.features(y);
    Tensor sum = layer(a.getFirst(), b.getFirst());
    for (int i = 1; i < a.size(); i++) {
      sum = sum.add(layer(a.get(i), b.get(i)));
    }
    return sum;
  }

  private static Tensor layer(Tensor a, Tensor b) {
    Tensor u = NormalizeOp.apply(a, 1, EPS);
    Tensor v = NormalizeOp.apply(b, 1, EPS);
    return RegressionLosses.squared(u, v)
        .scale(a.shape().intDim(1)); // the mean is over channels too
  }
}
