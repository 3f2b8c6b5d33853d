package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.shape.Shapes;
import java.util.List;

/// `y = log Σ exp(x)` along one axis, safe from overflow.
public final class LogSumExpOp {
  private LogSumExpOp() {}

  /// Logarithm of the sum of exponentials.
  ///
  /// @param x any shape, f32
  /// @param axis the axis to add up along; negative ones count from the end
  /// @return the shape of `x` without the axis
  public static Tensor apply(Tensor x, int axis) {
    Broadcasting.requireF32("logSumExp", "x", x);
    Shapes.axis("logSumExp", "x", x.shape(), axis);
    Tensor rows = x.transpose(axis, -1);
    Tensor lse = ofRows(rows); // the axes of `rows` but the last
    long[] kept = rows.shape().with(-1, 1).toArray();
    return lse.reshape(kept).transpose(axis, -1).reshape(Axes.without(x.shape(), axis).toArray());
  }

  private static Tensor ofRows(Tensor x) {
    Tensor input = x.contiguous();
    Tensor lse = kernel(input);
    return Tape.record(
        "logSumExp",
        lse,
        List.of(input),
        dy -> {
          long[] column = input.shape().with(-1, 1).toArray();
          Tensor share = input.detach().sub(lse.detach().reshape(column)).map(Unary.EXP);
          return List.of(share.mul(dy.reshape(column)));
        });
  }

  /// The sum over the last axis, which no tape records.
  static Tensor kernel(Tensor x) {
    Tensor lse = Tensor.empty(x.backend(), x.shape().dropLast());
    x.backend().softmax().logSumExp(x, lse);
    return lse;
  }
}
