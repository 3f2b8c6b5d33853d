package dev.jacquard.nn.loss;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.shape.Shape;

/// The hinge losses of adversarial training.
///
/// Lim & Ye 2017 (arXiv:1705.02894), eq. 12 and 13; the halves as in VQGAN's code (Esser et al.
/// 2021, arXiv:2012.09841).
public final class HingeLoss {
  private HingeLoss() {}

  /// `½ (mean relu(1 - real) + mean relu(1 + fake))`: the discriminator wants scores above 1 for
  /// real pictures and below -1 for generated ones.
  ///
  /// @param real scores of real pictures, any shape, f32
  /// @param fake scores of generated pictures, any shape, f32
  /// @return scalar `[]`
  public static Tensor discriminator(Tensor real, Tensor fake) {
    Tensor one = Tensor.full(real.backend(), Shape.of(), 1);
    Tensor onReal = one.sub(real).map(Unary.RELU).mean();
    Tensor onFake = one.add(fake).map(Unary.RELU).mean();
    return onReal.add(onFake).scale(0.5f);
  }

  /// `-mean fake`: the generator wants high scores.
  ///
  /// @param fake scores of generated pictures, any shape, f32
  /// @return scalar `[]`
  public static Tensor generator(Tensor fake) {
    return fake.mean().scale(-1);
  }
}
