package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.AxisWeights;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import dev.jacquard.tensor.shape.Shapes;
import java.util.List;

/// Images and sequences in another size.
public final class ResizeOp {
  private ResizeOp() {}

  /// Resizes the last axes, one after the other.
  ///
  /// @param x `[..., H, W]`, f32, at least one pixel on each of the axes
  /// @param method how new pixels come about
  /// @param sizes new sizes of the last axes, at least 1; as many axes as there are sizes
  /// @return `x` with these sizes
  /// @throws ShapeException if there are fewer axes, or one is empty
  public static Tensor apply(Tensor x, Interpolation method, int... sizes) {
    Broadcasting.requireF32("resize", "x", x);
    Shapes.requireRankAtLeast("resize", "x", x.shape(), sizes.length);
    for (int i = 0; i < sizes.length; i++) {
      int axis = x.shape().axis(i - sizes.length);
      if (sizes[i] < 1 || x.shape().dim(axis) < 1) {
        throw new ShapeException(
            "resize: empty axis %d; %s to size %d; need 1 at least"
                .formatted(axis, x.shape(), sizes[i]));
      }
    }
    Tensor y = x;
    for (int i = 0; i < sizes.length; i++) {
      int axis = x.shape().axis(i - sizes.length);
      int inputs = x.shape().intDim(axis);
      y = along(y, axis, method.weights(inputs, sizes[i]));
    }
    return y;
  }

  /// Applies a linear map along an axis.
  static Tensor along(Tensor x, int axis, AxisWeights map) {
    Tensor input = x.contiguous();
    Tensor y = Tensor.empty(x.backend(), x.shape().with(axis, map.outputs()));
    input.backend().resize().resample(inThreeAxes(input, axis), map, inThreeAxes(y, axis));
    return Tape.record(
        "resize", y, List.of(input), dy -> List.of(along(dy, axis, map.transposed())));
  }

  /// A contiguous tensor as `[before, axis, after]`, seen by kernels only.
  private static Tensor inThreeAxes(Tensor x, int axis) {
    long before = 1;
    long after = 1;
    for (int i = 0; i < x.shape().rank(); i++) {
      before *= i < axis ? x.shape().dim(i) : 1;
      after *= i > axis ? x.shape().dim(i) : 1;
    }
    Shape shape = Shape.of(before, x.shape().dim(axis), after);
    return x.strided(0, shape, shape.contiguousStrides());
  }
}
