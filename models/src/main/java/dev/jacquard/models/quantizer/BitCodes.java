package dev.jacquard.models.quantizer;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.op.LinearOp;
import dev.jacquard.tensor.op.SoftplusOp;
import dev.jacquard.tensor.shape.Shape;
import java.util.Arrays;

/// Codes whose channels are -1 or 1: their indices, and the entropies of soft decisions `P(c) ∝
/// exp(a z · c)`.
///
/// @param groups number of indices of a vector, `M`
/// @param bits channels of an index, `g`
/// @param isLittleEndian whether the first channel is the lowest bit of its index
record BitCodes(int groups, int bits, boolean isLittleEndian) {
  /// `[K, g]` with all codes would get too large beyond.
  static final int MOST_TABLE_BITS = 14;

  BitCodes {
    if (groups < 1 || bits < 1 || bits > 30) {
      throw new IllegalArgumentException(
          "bit codes: %d groups of %d bits; need at least one of 1 to 30".formatted(groups, bits));
    }
  }

  int dim() {
    return groups * bits;
  }

  /// 1 where positive, else -1: 0 counts as negative.
  static Tensor signs(Tensor z) {
    float[] values = z.detach().toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] = values[i] > 0 ? 1 : -1;
    }
    return Tensor.of(z.backend(), z.shape(), values);
  }

  /// The indices of codes.
  ///
  /// @param signs `[N, d]`
  /// @return `[N]`, or `[N, M]` if there are several groups
  Tensor indices(Tensor signs) {
    float[] values = signs.toFloats();
    int[] indices = new int[values.length / bits];
    for (int i = 0; i < values.length; i++) {
      if (values[i] > 0) {
        indices[i / bits] |= 1 << place(i % bits);
      }
    }
    int n = indices.length / groups;
    return Tensor.ofInts(signs.backend(), groups == 1 ? Shape.of(n) : Shape.of(n, groups), indices);
  }

  /// The codes of indices.
  ///
  /// @param indices `[N]` or `[N, M]`
  /// @return `[N, d]` of -1 and 1
  Tensor codes(Tensor indices) {
    int[] all = indices.toInts();
    return Tensor.of(indices.backend(), Shape.of(all.length / groups, dim()), spread(all));
  }

  private float[] spread(int[] indices) {
    float[] values = new float[indices.length * bits];
    for (int i = 0; i < values.length; i++) {
      values[i] = (indices[i / bits] >> place(i % bits) & 1) == 1 ? 1 : -1;
    }
    return values;
  }

  private int place(int channel) {
    return isLittleEndian ? channel : bits - 1 - channel;
  }

  /// `a z · c` for all codes of one group.
  Tensor logits(Tensor z, int group, float a) {
    if (bits > MOST_TABLE_BITS) {
      throw new IllegalArgumentException(
          "bit codes: %d bits have too many codes for an entropy loss; need groups of at most %d"
              .formatted(bits, MOST_TABLE_BITS));
    }
    Tensor part = z.narrow(1, (long) group * bits, bits).contiguous().scale(a);
    return LinearOp.apply(part, table(z.backend())); // [N, 2^g]
  }

  private Tensor table(Backend backend) {
    int[] all = new int[1 << bits];
    Arrays.setAll(all, i -> i);
    return Tensor.of(backend, Shape.of(all.length, bits), spread(all)); // [2^g, g]
  }

  /// Sum over all channels of the entropy of their bit, `P(1) = sigmoid(2 a z)`, averaged over the
  /// samples: equal to the entropy over all codes, since the bits are independent.
  ///
  /// `H(sigmoid(x)) = softplus(x) - x sigmoid(x)`.
  static Tensor sampleEntropy(Tensor z, float a) {
    Tensor x = z.scale(2 * a);
    Tensor entropies = SoftplusOp.apply(x).sub(x.mul(x.map(Unary.SIGMOID)));
    return entropies.sum().scale(1f / z.shape().dim(0));
  }

  /// Entropy of the average decision, summed over the groups as if they were independent.
  Tensor averageEntropy(Tensor z, float a) {
    Tensor sum = Tensor.zeros(z.backend(), Shape.of());
    for (int group = 0; group < groups; group++) {
      sum = sum.add(EntropyLoss.of(logits(z, group, a), 1).average());
    }
    return sum;
  }
}
