package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.shape.ShapeException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Range checks of indices.
final class IndexChecks {
  private IndexChecks() {}

  static void require(String op, String name, int id, long limit, long at) {
    if (id < 0 || id >= limit) {
      throw new ShapeException(
          "%s: %s out of range; %d at position %d; need 0 to %d"
              .formatted(op, name, id, at, limit - 1));
    }
  }

  /// Checks every element of contiguous i32 indices.
  static void require(String op, String name, Tensor ids, long limit) {
    MemorySegment segment = ids.segment();
    for (long n = 0; n < ids.shape().numel(); n++) {
      require(op, name, segment.getAtIndex(ValueLayout.JAVA_INT, n), limit, n);
    }
  }
}
