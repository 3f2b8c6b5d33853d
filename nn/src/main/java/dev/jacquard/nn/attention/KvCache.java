package dev.jacquard.nn.attention;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.DTypeException;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import java.util.ArrayList;
import java.util.List;

/// Keys and values of the positions seen so far, for each layer: what makes one more token cheap.
///
/// `B` sequences share one length. Memory for all `P` positions is taken at the start, in the scope
/// then open. It lies there as `[B, G, P, D]`: attention reads one head after the other, each from
/// one piece.
public final class KvCache {
  private final List<Tensor> keys = new ArrayList<>(); // per layer [B, P, G, D], views
  private final List<Tensor> values = new ArrayList<>(); // per layer [B, P, G, D], views
  private final int capacity;
  private int length;

  /// Takes memory for a whole generation, in f32.
  ///
  /// @param backend who holds it
  /// @param nLayers number of layers
  /// @param batch number of sequences, `B`
  /// @param capacity largest number of positions, `P`
  /// @param nKvHeads number of key and value heads, `G`
  /// @param headDim head size, `D`
  public KvCache(Backend backend, int nLayers, int batch, int capacity, int nKvHeads, int headDim) {
    this(backend, nLayers, batch, capacity, nKvHeads, headDim, DType.F32);
  }

  /// Takes memory for a whole generation.
  ///
  /// @param backend who holds it
  /// @param nLayers number of layers
  /// @param batch number of sequences, `B`
  /// @param capacity largest number of positions, `P`
  /// @param nKvHeads number of key and value heads, `G`
  /// @param headDim head size, `D`
  /// @param dtype how keys and values are kept: `F32`, or rounded to `BF16` or `F16` in half the
  ///   memory
  /// @throws DTypeException if the type is none of them
  public KvCache(
      Backend backend,
      int nLayers,
      int batch,
      int capacity,
      int nKvHeads,
      int headDim,
      DType dtype) {
    if (!dtype.isFloating() || dtype.isQuantized()) {
      throw new DTypeException(
          "kvCache: keys cannot be kept as %s; need F32, BF16 or F16".formatted(dtype));
    }
    this.capacity = capacity;
    Shape shape = Shape.of(batch, nKvHeads, capacity, headDim);
    for (int layer = 0; layer < nLayers; layer++) {
      keys.add(Tensor.empty(backend, dtype, shape).transpose(1, 2));
      values.add(Tensor.empty(backend, dtype, shape).transpose(1, 2));
    }
  }

  /// Number of positions that are filled in every layer.
  ///
  /// @return the position of the next token
  public int length() {
    return length;
  }

  /// Largest number of positions.
  ///
  /// @return `P`
  public int capacity() {
    return capacity;
  }

  /// Stores the keys and values of new positions in one layer; [#advance] makes them count.
  ///
  /// @param layer number of the layer
  /// @param k `[B, T, G, D]`, already rotated
  /// @param v `[B, T, G, D]`
  /// @throws ShapeException if the cache is full
  public void write(int layer, Tensor k, Tensor v) {
    long rows = k.shape().dim(1);
    if (length + rows > capacity) {
      throw new ShapeException(
          "kvCache: full; %d positions filled, %d more, room for %d"
              .formatted(length, rows, capacity));
    }
    keys.get(layer).narrow(1, length, rows).copyFrom(k);
    values.get(layer).narrow(1, length, rows).copyFrom(v);
  }

  /// Keys of one layer.
  ///
  /// @param layer number of the layer
  /// @param positions how many, from the first
  /// @return `[B, positions, G, D]`, a view
  public Tensor keys(int layer, long positions) {
    return keys.get(layer).narrow(1, 0, positions);
  }

  /// Values of one layer.
  ///
  /// @param layer number of the layer
  /// @param positions how many, from the first
  /// @return `[B, positions, G, D]`, a view
  public Tensor values(int layer, long positions) {
    return values.get(layer).narrow(1, 0, positions);
  }

  /// Counts new positions after every layer has written them.
  ///
  /// @param rows number of new positions
  public void advance(long rows) {
    length += (int) rows;
  }

  /// Forgets the latest positions.
  ///
  /// @param to number of positions to keep, at most [#length()]
  /// @throws ShapeException if there are fewer
  public void rollBack(int to) {
    if (to < 0 || to > length) {
      throw new ShapeException("kvCache: cannot roll back to %d; length %d".formatted(to, length));
    }
    length = to;
  }
}
