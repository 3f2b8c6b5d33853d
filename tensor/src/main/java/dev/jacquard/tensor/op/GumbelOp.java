package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import dev.jacquard.tensor.shape.Shapes;

/// Choosing a class at random, so that gradients may flow through the choice.
///
/// With `g = -ln(-ln u)` for each class, `u` uniform on `(0, 1)`, the class of the largest `logit +
/// g` is distributed as `softmax(logits)` (Gumbel 1954). A softmax in place of the maximum makes
/// the choice differentiable: Jang et al. 2017 (arXiv:1611.01144), Maddison et al. 2017
/// (arXiv:1611.00712).
///
/// All of these draw the same noise from equal streams, so [#oneHot] and [#sample] agree on the
/// class.
public final class GumbelOp {
  private GumbelOp() {}

  /// Independent Gumbel noise, element `i` from position `i` of the stream.
  ///
  /// @param backend who computes with it
  /// @param shape any shape
  /// @param random a stream of its own for each call
  /// @return f32 of mean 0.577 and standard deviation 1.28
  public static Tensor noise(Backend backend, Shape shape, RandomStream random) {
    Tensor y = Tensor.empty(backend, shape);
    random.fillGumbel(y.segment(), 0);
    return y;
  }

  /// `softmax((logits + noise) / temperature)`: nearly one class for low temperatures.
  ///
  /// @param logits `[..., V]`, f32
  /// @param temperature above 0
  /// @param random a stream of its own for each call
  /// @return `[..., V]`, rows that add up to 1
  /// @throws ShapeException if the temperature is not above 0
  public static Tensor softmax(Tensor logits, float temperature, RandomStream random) {
    check(logits, temperature);
    return softmax(withNoise(logits, random), temperature);
  }

  /// One class, with the gradient of [#softmax(Tensor, float, RandomStream)].
  ///
  /// @param logits `[..., V]`, f32
  /// @param temperature above 0
  /// @param random a stream of its own for each call
  /// @return `[..., V]`, in each row a single 1 among zeros
  /// @throws ShapeException if the temperature is not above 0, or there is no class
  public static Tensor oneHot(Tensor logits, float temperature, RandomStream random) {
    check(logits, temperature);
    Tensor noisy = withNoise(logits, random);
    Tensor soft = softmax(noisy, temperature);
    Tensor hard = OneHotOp.apply(ArgMaxOp.apply(noisy, -1), logits.shape().intDim(-1));
    return StraightThroughOp.apply(soft, hard);
  }

  /// Draws a class from each row.
  ///
  /// @param logits `[..., V]`, f32; a class of `-∞` is never drawn unless all are
  /// @param random a stream of its own for each call
  /// @return `[...]`, i32, each in `[0, V)`; not differentiable
  /// @throws ShapeException if there is no class
  public static Tensor sample(Tensor logits, RandomStream random) {
    check(logits, 1);
    return ArgMaxOp.apply(withNoise(logits.detach(), random), -1);
  }

  private static Tensor withNoise(Tensor logits, RandomStream random) {
    return logits.add(noise(logits.backend(), logits.shape(), random));
  }

  private static Tensor softmax(Tensor noisy, float temperature) {
    return SoftmaxOp.apply(noisy.scale(1 / temperature));
  }

  private static void check(Tensor logits, float temperature) {
    Broadcasting.requireF32("gumbel", "logits", logits);
    Shapes.requireRankAtLeast("gumbel", "logits", logits.shape(), 1);
    if (!(temperature > 0) || logits.shape().last() == 0) {
      throw new ShapeException(
          "gumbel: no distribution; logits %s, temperature %s; need one class and one above 0"
              .formatted(logits.shape(), temperature));
    }
  }
}
