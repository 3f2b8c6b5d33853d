package dev.jacquard.nn.attention;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.op.EmbeddingOp;
import dev.jacquard.tensor.op.RotaryOp;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;

/// Rotary position embedding: the tables of cosines and sines, and their use. Pair `i` of position
/// `p` turns by `p · theta^(-2i/D)`.
///
/// Su et al. 2021 (arXiv:2104.09864), eq. 15. Pairs are half-split, `(i, i + D/2)`, as in Hugging
/// Face's Llama, or neighbours, `(2i, 2i + 1)`, as in the paper and in Meta's.
public final class RotaryEmbedding {
  private final Tensor cos; // [P, D/2]
  private final Tensor sin; // [P, D/2]
  private final boolean neighbouringPairs;

  private RotaryEmbedding(Tensor cos, Tensor sin, boolean neighbouringPairs) {
    this.cos = cos;
    this.sin = sin;
    this.neighbouringPairs = neighbouringPairs;
  }

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

  /// The embedding of a square grid in raster order after some tokens without place: of `D/2` pairs
  /// of neighbours the first half turns with the row, the second with the column, pair `j` of
  /// either by `theta^(-4j/D)` for each step. The tokens without place are not left as they are:
  /// their cosines are 0 too, so that every score with one of them is 0.
  ///
  /// Sun et al. 2024 (arXiv:2406.06525), section 2.2, and its code.
  ///
  /// @param backend who holds the tables
  /// @param placeless number of tokens before the grid
  /// @param side rows and columns of the grid
  /// @param headDim head size, `D`, a multiple of 4
  /// @param theta base of the frequencies, usually 10000
  /// @return an embedding of `placeless + side²` positions
  /// @throws ShapeException if the head size is no multiple of 4
  public static RotaryEmbedding grid(
      Backend backend, int placeless, int side, int headDim, double theta) {
    if (headDim % 4 != 0) {
      throw new ShapeException(
          "rotary: head size %d cannot be split between rows and columns; need a multiple of 4"
              .formatted(headDim));
    }
    int half = headDim / 2;
    int quarter = headDim / 4;
    int positions = placeless + side * side;
    float[] cosines = new float[positions * half];
    float[] sines = new float[positions * half];
    for (int cell = 0; cell < side * side; cell++) {
      for (int i = 0; i < half; i++) {
        int steps = i < quarter ? cell / side : cell % side;
        double angle = steps * Math.pow(theta, -2.0 * (i % quarter) / half);
        cosines[(placeless + cell) * half + i] = (float) Math.cos(angle);
        sines[(placeless + cell) * half + i] = (float) Math.sin(angle);
      }
    }
    Shape shape = Shape.of(positions, half);
    return new RotaryEmbedding(
        Tensor.of(backend, shape, cosines), Tensor.of(backend, shape, sines), true);
  }

  /// This embedding for positions in another order.
  ///
  /// @param positions position of each row to come
  /// @return an embedding whose position `t` is this one's `positions[t]`, in the current scope
  public RotaryEmbedding at(int... positions) {
    Tensor rows = Tensor.ofInts(cos.backend(), Shape.of(positions.length), positions);
    return new RotaryEmbedding(
        EmbeddingOp.apply(cos, rows), EmbeddingOp.apply(sin, rows), neighbouringPairs);
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

  /// Turns queries or keys of sequences that stand at different positions.
  ///
  /// @param x `[B, T, H, D]`
  /// @param from position of the first row of each sequence
  /// @return `[B, T, H, D]`
  public Tensor forward(Tensor x, int[] from) {
    int rows = x.shape().intDim(1);
    int[] positions = new int[from.length * rows];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = from[i / rows] + i % rows;
    }
    Tensor ids = Tensor.ofInts(x.backend(), Shape.of(positions.length), positions);
    Tensor own = EmbeddingOp.apply(cos, ids); // [B·T, D/2]
    Tensor ownSin = EmbeddingOp.apply(sin, ids); // [B·T, D/2]
    Tensor flat = x.reshape(1, positions.length, x.shape().dim(2), -1); // [1, B·T, H, D]
    Tensor turned =
        neighbouringPairs
            ? RotaryOp.interleaved(flat, own, ownSin, 0)
            : RotaryOp.apply(flat, own, ownSin, 0);
    return turned.reshape(x.shape().toArray()); // [B, T, H, D]
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
