package dev.jacquard.tensor.op;

import dev.jacquard.tensor.shape.ShapeException;

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
}
