package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.shape.Shapes;
import java.util.List;

/// `y = x - log Σ exp(x)` along one axis: logarithms of probabilities.
public final class LogSoftmaxOp {
  private LogSoftmaxOp() {}

  /// Normalises logits.
  ///
  /// @param x any shape, f32
  /// @param axis the axis of the classes; negative ones count from the end
  /// @return the shape of `x`
  public static Tensor apply(Tensor x, int axis) {
    Broadcasting.requireF32("logSoftmax", "x", x);
    return Shapes.axis("logSoftmax", "x", x.shape(), axis) == x.shape().rank() - 1
        ? ofRows(x)
        : ofRows(x.transpose(axis, -1)).transpose(axis, -1);
  }

  private static Tensor ofRows(Tensor x) {
    Tensor input = x.contiguous();
    long[] column = input.shape().with(-1, 1).toArray();
    Tensor y = input.detach().sub(LogSumExpOp.kernel(input).reshape(column));
    return Tape.record(
        "logSoftmax",
        y,
        List.of(input),
        dy -> List.of(dy.sub(y.detach().map(Unary.EXP).mul(SumOp.apply(dy, -1)))));
  }
}
