package dev.jacquard.nn.attention;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.op.RotaryOp;
import dev.jacquard.tensor.shape.Shape;

/// Rotary position embedding: the tables of cosines and sines, and their use. Pair `i` of position
/// `p` turns by `p · theta^(-2i/D)`.
///
/// Su et al. 2021 (arXiv:2104.09864), eq. 15. Pairs are half-split, `(i, i + D/2)`, as in Hugging
/// Face's Llama, or neighbours, `(2i, 2i + 1)`, as in the paper and in Meta's.
public final class RotaryEmbedding {
  private final Tensor cos; // [P, D/2]
  private final Tensor sin; // [P, D/2]
  private final boolean neighbouringPairs;

  /// An embedding with half-split pairs and frequencies as in the paper.
  ///
  /// @param backend who holds the tables
  /// @param maxSeqLen number of positions, `P`
  /// @param headDim head size, `D`, even
  /// @param theta base of the frequencies, usually 10000
  public RotaryEmbedding(Backend backend, int maxSeqLen, int headDim, double theta) {
    this(backend, maxSeqLen, headDim, theta, false, RopeScaling.NONE);
  }

  /// Computes the tables in f64 and rounds them once.
  ///
  /// @param backend who holds them
  /// @param maxSeqLen number of positions, `P`
  /// @param headDim head size, `D`, even
  /// @param theta base of the frequencies, usually 10000
  /// @param neighbouringPairs whether pairs are neighbours rather than half-split
  /// @param scaling changes the frequencies
  public RotaryEmbedding(
      Backend backend,
      int maxSeqLen,
      int headDim,
      double theta,
      boolean neighbouringPairs,
      RopeScaling scaling) {
    this.neighbouringPairs = neighbouringPairs;
    int half = headDim / 2;
    float[] cosines = new float[maxSeqLen * half];
    float[] sines = new float[maxSeqLen * half];
    for (int p = 0; p < maxSeqLen; p++) {
      for (int i = 0; i < half; i++) {
        double angle = p * scaling.apply(i, Math.pow(theta, -2.0 * i / headDim));
        cosines[p * half + i] = (float) Math.cos(angle);
        sines[p * half + i] = (float) Math.sin(angle);
      }
    }
    cos = Tensor.of(backend, Shape.of(maxSeqLen, half), cosines);
    sin = Tensor.of(backend, Shape.of(maxSeqLen, half), sines);
  }

  /// Turns queries or keys.
  ///
  /// @param x `[B, T, H, D]`
  /// @param from position of the first row
  /// @return `[B, T, H, D]`
  public Tensor forward(Tensor x, int from) {
    return neighbouringPairs
        ? RotaryOp.interleaved(x, cos, sin, from)
        : RotaryOp.apply(x, cos, sin, from);
  }

  /// The cosines.
  ///
  /// @return `[P, D/2]`
  public Tensor cos() {
    return cos;
  }

  /// The sines.
  ///
  /// @return `[P, D/2]`
  public Tensor sin() {
    return sin;
  }
}
