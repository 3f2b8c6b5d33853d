package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.memory.Storage;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.shape.DerivativeException;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import dev.jacquard.tensor.shape.Shapes;

/// A copy of a linear layer's weight in the order that its backend reads fastest: for drawing,
/// where the same weight meets a few rows at a time, thousands of times, and putting it in order
/// costs more than the product.
///
/// It is a second copy, which later changes of the weight do not reach, and gradients do not flow
/// through it.
public final class PackedWeight implements TensorScope.Owned {
  /// Rows from which this is faster than [LinearOp], which needs no packing for fewer.
  public static final int LEAST_ROWS = 4;

  private final Backend backend;
  private final Storage storage;
  private final Shape shape;

  private PackedWeight(Backend backend, Storage storage, Shape shape) {
    this.backend = backend;
    this.storage = storage;
    this.shape = shape;
  }

  /// Copies a weight.
  ///
  /// @param weight `[out, in]`, f32
  /// @return the copy, which belongs to the current scope
  /// @throws ShapeException if `weight` is no matrix
  /// @throws dev.jacquard.tensor.shape.DTypeException if it is not f32
  public static PackedWeight of(Tensor weight) {
    Shapes.requireRank("packed weight", "weight", weight.shape(), 2);
    Broadcasting.requireF32("packed weight", "weight", weight);
    Storage packed = weight.backend().matmul().pack(weight.detach().contiguous());
    return new PackedWeight(weight.backend(), packed, weight.shape());
  }

  /// `y = x · Wᵀ`.
  ///
  /// @param x `[..., in]`, f32
  /// @return `[..., out]`
  /// @throws ShapeException if `x` has not as many columns as the weight
  /// @throws dev.jacquard.tensor.shape.DeviceException if `x` belongs to another backend
  /// @throws DerivativeException if a gradient is wanted for `x`
  public Tensor apply(Tensor x) {
    Broadcasting.requireF32("packed weight", "x", x);
    if (x.shape().rank() == 0 || x.shape().last() != shape.last()) {
      throw new ShapeException(
          "packed weight: inner sizes differ; x %s, weight %s; need x's last = %d"
              .formatted(x.shape(), shape, shape.last()));
    }
    Broadcasting.requireBackend("packed weight", x, backend);
    if (Tape.follows(x)) {
      throw new DerivativeException(
          "packed weight: has no gradient; x %s is followed by a tape; use LinearOp"
              .formatted(x.shape()));
    }
    Tensor y = Tensor.empty(backend, x.shape().with(-1, shape.dim(0)));
    backend.matmul().linear(LinearOp.flatten(x.contiguous()), storage, LinearOp.flatten(y));
    return y;
  }

  @Override
  public Storage storage() {
    return storage;
  }
}
