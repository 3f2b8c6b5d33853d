package dev.jacquard.tensor.op;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.ShapeException;
import dev.jacquard.tensor.shape.Shapes;
import java.lang.foreign.MemorySegment;

/// Checks of ids and labels, shared by operators; they read tensors where they lie and copy
/// nothing.
final class IndexChecks {
  private IndexChecks() {}

  /// Refuses an id that is not in `[0, limit)`.
  static void require(String op, String name, int id, long limit, long at) {
    if (id < 0 || id >= limit) {
      throw new ShapeException(
          "%s: %s out of range; %d at position %d; need 0 to %d"
              .formatted(op, name, id, at, limit - 1));
    }
  }

  /// Refuses ids of another type than i32, on another backend than `like`, or not in `[0, limit)`.
  static void require(String op, String name, Tensor ids, Tensor like, long limit) {
    Shapes.requireType(op, name + "s", ids.dtype(), DType.I32);
    Broadcasting.requireSameBackend(op, like, ids);
    MemorySegment segment = ids.segment();
    for (long n = 0; n < ids.shape().numel(); n++) {
      require(op, name, element(segment, ids, n), limit, n);
    }
  }

  /// Element number `n` in row-major order of an i32 tensor.
  static int element(MemorySegment segment, Tensor ids, long n) {
    return segment.getAtIndex(JAVA_INT, ids.isContiguous() ? n : offset(ids, n));
  }

  private static long offset(Tensor ids, long n) {
    long offset = 0;
    long rest = n;
    for (int axis = ids.shape().rank() - 1; axis >= 0; axis--) {
      offset += rest % ids.shape().dim(axis) * ids.stride(axis);
      rest /= ids.shape().dim(axis);
    }
    return offset;
  }
}
