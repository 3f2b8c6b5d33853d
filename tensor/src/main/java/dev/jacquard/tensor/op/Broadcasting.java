package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.ElementwiseKernels.Binary;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.DeviceException;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.Shapes;
import java.util.stream.IntStream;

/// What the operators of two elements share: stretching axes forward, adding them up backward.
final class Broadcasting {
  private Broadcasting() {}

  /// `f(a, b)` over the common shape.
  static Tensor binary(String op, Binary f, Tensor a, Tensor b) {
    requireF32(op, "a", a);
    requireF32(op, "b", b);
    requireSameBackend(op, a, b);
    Shape shape = Shapes.broadcast(op, a.shape(), b.shape());
    Tensor y = Tensor.empty(a.backend(), shape);
    a.backend().elementwise().binary(f, stretch(a, shape), stretch(b, shape), y);
    return y;
  }

  /// A view of `x` with the given shape; stretched axes get stride 0.
  static Tensor stretch(Tensor x, Shape shape) {
    if (x.shape().equals(shape)) {
      return x;
    }
    int missing = shape.rank() - x.shape().rank();
    long[] strides = new long[shape.rank()];
    for (int axis = missing; axis < strides.length; axis++) {
      strides[axis] = x.shape().dim(axis - missing) == 1 ? 0 : x.stride(axis - missing);
    }
    return x.strided(0, shape, strides);
  }

  /// Adds `dy` up over the axes along which an input of the given shape was stretched.
  static Tensor reduceTo(Tensor dy, Shape shape) {
    if (dy.shape().equals(shape)) {
      return dy;
    }
    int missing = dy.shape().rank() - shape.rank();
    int[] stretched =
        IntStream.range(0, dy.shape().rank())
            .filter(axis -> axis < missing || shape.dim(axis - missing) != dy.shape().dim(axis))
            .toArray();
    return SumOp.apply(dy, stretched).reshape(shape.toArray());
  }

  static void requireF32(String op, String name, Tensor x) {
    Shapes.requireType(op, name, x.dtype(), DType.F32);
  }

  /// Checks that an operand computes, and where another one lies.
  static void requireF32(String op, String name, Tensor x, Tensor like) {
    requireF32(op, name, x);
    requireSameBackend(op, like, x);
  }

  static void requireSameBackend(String op, Tensor a, Tensor b) {
    requireBackend(op, a, b.backend());
  }

  static void requireBackend(String op, Tensor x, Backend backend) {
    if (x.backend() != backend) {
      throw new DeviceException(
          "%s: tensors of two backends; %s and %s; copy one over first"
              .formatted(op, x.backend().name(), backend.name()));
    }
  }
}
