package dev.jacquard.tensor.conformance;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.shape.Shape;
import java.util.Arrays;

/// Ways in which a tensor of given shape and elements can lie in memory.
public enum Layout {
  /// Row-major without gaps.
  PLAIN,
  /// The last two axes exchanged in memory; as `PLAIN` below two axes.
  TRANSPOSED,
  /// The third- and second-to-last axes exchanged in memory, as after splitting heads; as `PLAIN`
  /// below three axes.
  SWAPPED,
  /// Cut out of a larger tensor of NaN: starts late, has gaps.
  PADDED,
  /// Every third element of a longer last axis.
  SPREAD;

  /// Whether neighbours on the last axis are neighbours in memory, as some kernels ask for.
  ///
  /// @return true if the stride of the last axis is 1, for three axes or more
  public boolean keepsLastAxis() {
    return this != TRANSPOSED && this != SPREAD;
  }

  /// An f32 tensor in this layout.
  ///
  /// @param backend who computes with it
  /// @param shape its shape
  /// @param values its elements in row-major order
  /// @return the tensor
  public Tensor lay(Backend backend, Shape shape, double... values) {
    Tensor x =
        switch (this) {
          case PLAIN -> Tensor.empty(backend, shape);
          case TRANSPOSED -> exchanged(backend, shape, shape.rank() - 2, shape.rank() - 1);
          case SWAPPED -> exchanged(backend, shape, shape.rank() - 3, shape.rank() - 2);
          case PADDED -> cut(backend, shape);
          case SPREAD -> spread(backend, shape);
        };
    return Lab.write(x, values);
  }

  private static Tensor exchanged(Backend backend, Shape shape, int a, int b) {
    if (a < 0) {
      return Tensor.empty(backend, shape);
    }
    Shape inMemory = shape.with(a, shape.dim(b)).with(b, shape.dim(a));
    return Tensor.empty(backend, inMemory).transpose(a, b);
  }

  private static Tensor spread(Backend backend, Shape shape) {
    if (shape.rank() == 0) {
      return Tensor.empty(backend, shape);
    }
    Shape larger = shape.with(-1, 3 * shape.last());
    long[] strides = larger.contiguousStrides();
    strides[strides.length - 1] = 3;
    return Tensor.empty(backend, larger).strided(0, shape, strides);
  }

  private static Tensor cut(Backend backend, Shape shape) {
    Shape larger = shape;
    for (int axis = 0; axis < shape.rank(); axis++) {
      larger = larger.with(axis, shape.dim(axis) + 2);
    }
    double[] gaps = new double[(int) larger.numel()];
    Arrays.fill(gaps, Double.NaN);
    Tensor x = Lab.write(Tensor.empty(backend, larger), gaps);
    for (int axis = 0; axis < shape.rank(); axis++) {
      x = x.narrow(axis, 1, shape.dim(axis));
    }
    return x;
  }
}
