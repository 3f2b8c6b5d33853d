package dev.jacquard.models.vq;

import dev.jacquard.models.eval.PerceptualDistance;
import dev.jacquard.models.train.NotFiniteException;
import dev.jacquard.nn.loss.HingeLoss;
import dev.jacquard.nn.loss.RegressionLosses;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import java.util.function.UnaryOperator;

/// The loss of a tokenizer and its discriminator.
///
/// ```text
/// L = |x - y| or (x - y)²  +  w_p P(x, y)  +  losses of the quantizer
///   + λ w_d (-mean D(y))                                        from step `start` on
///   + ½ (mean relu(1 - D(x)) + mean relu(1 + D(sg y)))          to the discriminator only
/// λ = |∂(L_rec + w_p P)/∂W| / (|∂(-mean D(y))/∂W| + 1e-4), W the last convolution
/// ```
///
/// Esser et al. 2021 (arXiv:2012.09841), eq. 6 and 7. The released code trains both networks in
/// turn on the same reconstruction, so that one step with both losses is the same as long as
/// neither loss's gradient reaches the other network. Differs: the gradients of both are clipped
/// together.
final class VqLoss {
  private static final double EPS = 1e-4;
  private static final double MOST = 1e4;

  /// The choices.
  ///
  /// @param isSquared whether the reconstruction is judged by squares
  /// @param perceptualWeight `w_p`
  /// @param discriminatorWeight `w_d`; 0 for no discriminator
  /// @param start first step with the discriminator
  /// @param isAdaptive whether `λ` balances the gradients, or is 1
  record Options(
      boolean isSquared,
      double perceptualWeight,
      double discriminatorWeight,
      long start,
      boolean isAdaptive) {}

  private final Options options;
  private final VqModel model;
  private final PerceptualDistance perceptual;
  private final PatchDiscriminator discriminator;
  private final PatchDiscriminator judge; // the same, frozen
  private double balance = Double.NaN;

  VqLoss(
      Options options,
      VqModel model,
      PerceptualDistance perceptual,
      PatchDiscriminator discriminator) {
    this.options = options;
    this.model = model;
    this.perceptual = perceptual;
    this.discriminator = discriminator;
    this.judge = discriminator.frozen();
  }

  /// The latest `λ`; NaN before the discriminator starts.
  double balance() {
    return balance;
  }

  Tensor of(Tensor images, VqModel.TrainingPass pass, long step) {
    Tensor y = pass.reconstruction();
    NotFiniteException.require("quantised latents", pass.quantized().values());
    NotFiniteException.require("reconstruction", y);
    Tensor total = distance(images, y).add(pass.quantized().loss());
    if (options.discriminatorWeight() == 0 || step < options.start()) {
      return total;
    }
    balance = options.isAdaptive() ? balance(images, pass) : 1;
    float weight = (float) (balance * options.discriminatorWeight());
    Tensor deceit = HingeLoss.generator(judge.forward(y)).scale(weight);
    Tensor detection =
        HingeLoss.discriminator(discriminator.forward(images), discriminator.forward(y.detach()));
    return total.add(deceit).add(detection);
  }

  private Tensor distance(Tensor x, Tensor y) {
    Tensor pixels =
        options.isSquared() ? RegressionLosses.squared(x, y) : RegressionLosses.absolute(x, y);
    if (options.perceptualWeight() == 0) {
      return pixels;
    }
    return pixels.add(perceptual.apply(x, y).scale((float) options.perceptualWeight()));
  }

  /// `λ`: both gradients go to the pictures first, and from there to the last weight.
  private double balance(Tensor images, VqModel.TrainingPass pass) {
    return Tape.paused(
        () -> {
          Tensor toFidelity = gradient(y -> distance(images, y), pass.reconstruction());
          Tensor toDeceit =
              gradient(y -> HingeLoss.generator(judge.forward(y)), pass.reconstruction());
          double fidelity = atLastWeight(pass.features(), toFidelity);
          double deceit = atLastWeight(pass.features(), toDeceit);
          return Math.clamp(fidelity / (deceit + EPS), 0, MOST);
        });
  }

  private static Tensor gradient(UnaryOperator<Tensor> loss, Tensor reconstruction) {
    Tensor y = reconstruction.detach().trainable();
    Tape tape = new Tape();
    Tensor value = tape.call(() -> loss.apply(y));
    return tape.backward(value).of(y);
  }

  private double atLastWeight(Tensor features, Tensor dy) {
    Tape tape = new Tape();
    Tensor h = features.detach();
    Tensor y = tape.call(() -> model.lastConvolution().forward(h));
    Tensor dw = tape.backward(y, dy).of(model.lastConvolution().weight());
    return Math.sqrt(dw.backend().reduce().sumOfSquares(dw));
  }
}
