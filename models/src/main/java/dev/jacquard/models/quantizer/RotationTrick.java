package dev.jacquard.models.quantizer;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.op.EuclideanNormOp;
import dev.jacquard.tensor.op.NormalizeOp;
import dev.jacquard.tensor.op.StraightThroughOp;
import dev.jacquard.tensor.op.SumOp;

/// Passes a gradient to a latent turned and scaled as the code is against it.
///
/// ```text
/// y = λ R z = q,  λ = |q| / |z|,  R = I - 2 w wᵀ + 2 h uᵀ,  u = z/|z|, h = q/|q|, w = (u+h)/|u+h|
/// ```
///
/// `R` is the rotation in the plane of `z` and `q` that takes `u` to `h`; it and `λ` count as
/// constants, so the gradient is `λ Rᵀ dy`. Fifty et al. 2024 (arXiv:2410.06424), section 4. Where
/// `h = -u` there is no such plane and the gradient is scaled only.
public final class RotationTrick {
  private static final float EPS = 1e-12f;

  private RotationTrick() {}

  /// Returns the codes and turns their gradient.
  ///
  /// @param z `[N, d]`, what the gradient goes to
  /// @param q `[N, d]`, the codes; no gradient flows to them
  /// @return the elements of `q`
  public static Tensor apply(Tensor z, Tensor q) {
    Tensor from = z.detach();
    Tensor to = q.detach();
    Tensor u = NormalizeOp.apply(from, 1, EPS);
    Tensor h = NormalizeOp.apply(to, 1, EPS);
    Tensor w = NormalizeOp.apply(u.add(h), 1, EPS);
    Tensor scale = EuclideanNormOp.apply(to, 1).div(EuclideanNormOp.apply(from, 1)); // [N, 1]
    Tensor turned = z.sub(dot(z, w).mul(w).scale(2)).add(dot(z, u).mul(h).scale(2));
    return StraightThroughOp.apply(turned.mul(scale), to);
  }

  private static Tensor dot(Tensor a, Tensor b) {
    return SumOp.apply(a.mul(b), 1); // [N, 1]
  }
}
