package dev.jacquard.nn.loss;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.op.ClampOp;
import dev.jacquard.tensor.shape.Shapes;

/// Distances between numbers, each the mean over all elements.
public final class RegressionLosses {
  private RegressionLosses() {}

  /// `mean (x - y)²`.
  ///
  /// @param x any shape, f32
  /// @param y same shape
  /// @return scalar `[]`
  /// @throws dev.jacquard.tensor.shape.ShapeException if the shapes differ
  public static Tensor squared(Tensor x, Tensor y) {
    return difference("squaredLoss", x, y).map(Unary.SQUARE).mean();
  }

  /// `mean |x - y|`.
  ///
  /// @param x any shape, f32
  /// @param y same shape
  /// @return scalar `[]`
  /// @throws dev.jacquard.tensor.shape.ShapeException if the shapes differ
  public static Tensor absolute(Tensor x, Tensor y) {
    return difference("absoluteLoss", x, y).map(Unary.ABS).mean();
  }

  /// With `d = x - y`: the mean of `d² / (2 beta)` where `|d| < beta`, else of `|d| - beta / 2`.
  ///
  /// Girshick 2015 (arXiv:1504.08083), eq. 3, where `beta` is 1. Both branches are `c (d - c/2) /
  /// beta` with `c` the `d` limited to `[-beta, beta]`.
  ///
  /// @param x any shape, f32
  /// @param y same shape
  /// @param beta where the parabola ends, above 0
  /// @return scalar `[]`
  /// @throws dev.jacquard.tensor.shape.ShapeException if the shapes differ
  public static Tensor smoothAbsolute(Tensor x, Tensor y, float beta) {
    Tensor d = difference("smoothAbsoluteLoss", x, y);
    Tensor c = ClampOp.apply(d, -beta, beta);
    return c.mul(d.sub(c.scale(0.5f))).mean().scale(1 / beta);
  }

  private static Tensor difference(String op, Tensor x, Tensor y) {
    Shapes.requireSame(op, x.shape(), y.shape());
    return x.sub(y);
  }
}
