package dev.jacquard.models.quantizer;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.op.StraightThroughOp;
import dev.jacquard.tensor.shape.Shape;
import java.util.Arrays;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/// Rounds each channel to one of a few levels; there is no codebook and nothing can collapse.
///
/// For `L` levels, with `h = (L - 1) (1 + 1e-3) / 2` and `o = ½` if `L` is even, else 0:
///
/// ```text
/// b = tanh(z + atanh(o / h)) h - o,  c = round(b),  q = c / ⌊L/2⌋,  digit = c + ⌊L/2⌋
/// ```
///
/// and the index is `Σ digit_i Π_{j<i} L_j`. The gradient passes the rounding unchanged. Mentzer et
/// al. 2023 (arXiv:2309.15505), with the constants of the released code.
public final class FiniteScalarQuantizer implements RowQuantizer {
  private final int[] levels;
  private final int[] basis;
  private final int size;

  /// A quantizer of so many channels as there are numbers.
  ///
  /// @param levels of each channel, at least 2
  /// @throws IllegalArgumentException if there are none, one is below 2, or the codes pass 2^31
  public FiniteScalarQuantizer(int... levels) {
    if (levels.length == 0 || Arrays.stream(levels).anyMatch(level -> level < 2)) {
      throw new IllegalArgumentException(
          "fsq: no such levels; %s; need one or more of at least 2"
              .formatted(Arrays.toString(levels)));
    }
    this.levels = levels.clone();
    this.basis = new int[levels.length];
    long product = 1;
    for (int i = 0; i < levels.length; i++) {
      basis[i] = (int) product;
      product *= levels[i];
      if (product > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "fsq: more codes than an index can name; levels %s; need a product below 2^31"
                .formatted(Arrays.toString(levels)));
      }
    }
    this.size = (int) product;
  }

  @Override
  public int codebookSize() {
    return size;
  }

  @Override
  public int dim() {
    return levels.length;
  }

  /// The smooth part: what is rounded.
  ///
  /// @param z `[N, d]`
  /// @return `b`, `[N, d]`
  public Tensor bounded(Tensor z) {
    Backend backend = z.backend();
    Tensor h = each(backend, this::halfWidth);
    Tensor o = each(backend, this::offset);
    Tensor shift = each(backend, i -> atanh(offset(i) / halfWidth(i)));
    return z.add(shift).map(Unary.TANH).mul(h).sub(o);
  }

  private double halfWidth(int channel) {
    return (levels[channel] - 1) * (1 + 1e-3) / 2;
  }

  private double offset(int channel) {
    return levels[channel] % 2 == 0 ? 0.5 : 0;
  }

  /// `⌊L/2⌋`.
  private int half(int channel) {
    return levels[channel] / 2;
  }

  private static double atanh(double x) {
    return 0.5 * Math.log((1 + x) / (1 - x));
  }

  private Tensor each(Backend backend, IntToDoubleFunction value) {
    float[] values = new float[dim()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) value.applyAsDouble(i);
    }
    return Tensor.of(backend, Shape.of(1, dim()), values);
  }

  @Override
  public Quantized quantizeRows(Tensor z) {
    Tensor b = bounded(z); // [N, d]
    Tensor c = b.detach().map(Unary.ROUND);
    Tensor step = each(z.backend(), i -> 1.0 / half(i));
    Tensor q = StraightThroughOp.apply(b, c).mul(step);
    return new Quantized(q, indices(c), Map.of());
  }

  private Tensor indices(Tensor rounded) {
    float[] c = rounded.toFloats();
    int[] indices = new int[c.length / dim()];
    for (int i = 0; i < c.length; i++) {
      int channel = i % dim();
      indices[i / dim()] += ((int) c[i] + half(channel)) * basis[channel];
    }
    return Tensor.ofInts(rounded.backend(), Shape.of(indices.length), indices);
  }

  /// The digits of an index, channel by channel.
  ///
  /// @param index in `[0, K)`
  /// @return `[d]`, each in `[0, L)`
  public int[] digits(int index) {
    int[] digits = new int[dim()];
    Arrays.setAll(digits, i -> index / basis[i] % levels[i]);
    return digits;
  }

  @Override
  public Tensor lookupRows(Tensor indices) {
    int[] all = indices.toInts();
    float[] values = new float[all.length * dim()];
    for (int row = 0; row < all.length; row++) {
      int[] digits = digits(all[row]);
      for (int i = 0; i < dim(); i++) {
        values[row * dim() + i] = (float) (digits[i] - half(i)) / half(i);
      }
    }
    return Tensor.of(indices.backend(), Shape.of(all.length, dim()), values);
  }
}
