package dev.jacquard.models.t5;

import dev.jacquard.nn.Initializer;
import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.layer.Embedding;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.op.PermuteOp;
import dev.jacquard.tensor.shape.Shape;

/// What is added to the score of a query with a key, by how far apart they are: T5's only notion of
/// places.
///
/// Half of the buckets are for keys behind the query. Of each half, the first half are one distance
/// each; the others cover larger and larger ranges, and the last all from `maxDistance` on. Raffel
/// et al. 2020, section 2.1. Parameters: `weight` `[buckets, H]`.
final class RelativePositions implements Module {
  private final Parameters parameters;
  private final T5Config config;
  private final Embedding table;

  RelativePositions(Parameters p, T5Config config) {
    this.parameters = p;
    this.config = config;
    table = new Embedding(p, config.buckets(), config.nHeads(), Initializer.normal(0.02f));
  }

  /// The numbers for all pairs of `T` places.
  ///
  /// @return `[1, H, T, T]`: heads, queries, keys
  Tensor bias(int length) {
    int[] ids = new int[length * length];
    for (int query = 0; query < length; query++) {
      for (int key = 0; key < length; key++) {
        ids[query * length + key] = bucket(key - query, config.buckets(), config.maxDistance());
      }
    }
    Tensor pairs = Tensor.ofInts(parameters.backend(), Shape.of(1, length, length), ids);
    return PermuteOp.apply(table.forward(pairs), 0, 3, 1, 2); // [1, T, T, H] before
  }

  /// The bucket of a key.
  ///
  /// @param distance place of the key less that of the query
  static int bucket(int distance, int buckets, int maxDistance) {
    int half = buckets / 2;
    int exact = half / 2;
    int first = distance > 0 ? half : 0;
    int d = Math.abs(distance);
    if (d < exact) {
      return first + d;
    }
    // in f32, as the authors compute it: powers of two lie on the borders of buckets
    float share =
        (float) Math.log(d / (float) exact) / (float) Math.log(maxDistance / (double) exact);
    return first + Math.min(half - 1, exact + (int) (share * (half - exact)));
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
