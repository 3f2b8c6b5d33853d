package dev.jacquard.nn.attention;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.DTypeException;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Keys and values of the positions seen so far, for each layer: what makes one more token cheap.
///
/// Each of `B` sequences has a length of its own; they grow together, or some of them through a
/// view ([#slots]). Memory for all `P` positions is taken at the start, in the scope then open. It
/// lies there as `[B, G, P, D]`: attention reads one head after the other, each from one piece.
public final class KvCache {
  private final List<Tensor> keys; // per layer [B, P, G, D], views
  private final List<Tensor> values; // per layer [B, P, G, D], views
  private final int capacity;
  private final int[] lengths; // of the sequences of the whole cache
  private final int first; // number of the first sequence of this view
  private final int batch;

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
    this.keys = new ArrayList<>();
    this.values = new ArrayList<>();
    this.lengths = new int[batch];
    this.first = 0;
    this.batch = batch;
    Shape shape = Shape.of(batch, nKvHeads, capacity, headDim);
    for (int layer = 0; layer < nLayers; layer++) {
      keys.add(Tensor.empty(backend, dtype, shape).transpose(1, 2));
      values.add(Tensor.empty(backend, dtype, shape).transpose(1, 2));
    }
  }

  private KvCache(KvCache whole, int first, int batch) {
    this.capacity = whole.capacity;
    this.keys = whole.keys.stream().map(k -> k.narrow(0, first, batch)).toList();
    this.values = whole.values.stream().map(v -> v.narrow(0, first, batch)).toList();
    this.lengths = whole.lengths;
    this.first = whole.first + first;
    this.batch = batch;
  }

  /// Some neighbouring sequences of this cache, which grow without the others.
  ///
  /// @param from number of the first
  /// @param count how many
  /// @return a view: what is written to it is seen here
  public KvCache slots(int from, int count) {
    return from == 0 && count == batch ? this : new KvCache(this, from, count);
  }

  /// Number of positions that are filled in every layer, of sequences of one length.
  ///
  /// @return the position of the next token
  /// @throws ShapeException if lengths differ
  public int length() {
    if (!isEven()) {
      throw new ShapeException(
          "kvCache: sequences differ in length; %s; ask for one"
              .formatted(Arrays.toString(lengths())));
    }
    return batch == 0 ? 0 : lengths[first];
  }

  /// Number of positions of one sequence that are filled in every layer.
  ///
  /// @param sequence its number
  /// @return the position of its next token
  public int length(int sequence) {
    return lengths[first + sequence];
  }

  /// Number of filled positions of each sequence.
  ///
  /// @return a copy
  public int[] lengths() {
    return Arrays.copyOfRange(lengths, first, first + batch);
  }

  /// Whether all sequences have one length.
  ///
  /// @return true if [#length()] has an answer
  public boolean isEven() {
    for (int b = 1; b < batch; b++) {
      if (lengths[first + b] != lengths[first]) {
        return false;
      }
    }
    return true;
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
    for (int b = 0; b < batch; b++) {
      if (length(b) + rows > capacity) {
        throw new ShapeException(
            "kvCache: full; %d positions filled, %d more, room for %d"
                .formatted(length(b), rows, capacity));
      }
    }
    if (isEven()) {
      keys.get(layer).narrow(1, length(), rows).copyFrom(k);
      values.get(layer).narrow(1, length(), rows).copyFrom(v);
      return;
    }
    for (int b = 0; b < batch; b++) {
      keys.get(layer).narrow(0, b, 1).narrow(1, length(b), rows).copyFrom(k.narrow(0, b, 1));
      values.get(layer).narrow(0, b, 1).narrow(1, length(b), rows).copyFrom(v.narrow(0, b, 1));
    }
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

  /// Counts new positions of each sequence after every layer has written them.
  ///
  /// @param rows number of new positions
  public void advance(long rows) {
    for (int b = 0; b < batch; b++) {
      lengths[first + b] += (int) rows;
    }
  }

  /// Forgets the latest positions of each sequence.
  ///
  /// @param to number of positions to keep, at most what each sequence has
  /// @throws ShapeException if one has fewer
  public void rollBack(int to) {
    for (int b = 0; b < batch; b++) {
      if (to < 0 || to > length(b)) {
        throw new ShapeException(
            "kvCache: cannot roll back to %d; length %d".formatted(to, length(b)));
      }
    }
    Arrays.fill(lengths, first, first + batch, to);
  }

  /// Makes one sequence a copy of another's beginning.
  ///
  /// @param from number of the sequence to copy
  /// @param to number of the sequence that is overwritten
  /// @param positions how many positions to copy, at most what `from` has
  /// @throws ShapeException if it has fewer
  public void copy(int from, int to, int positions) {
    if (positions < 0 || positions > length(from)) {
      throw new ShapeException(
          "kvCache: cannot copy %d positions; length %d".formatted(positions, length(from)));
    }
    if (from != to) {
      for (List<Tensor> layers : List.of(keys, values)) {
        for (Tensor layer : layers) {
          Tensor source = layer.narrow(0, from, 1).narrow(1, 0, positions);
          layer.narrow(0, to, 1).narrow(1, 0, positions).copyFrom(source);
        }
      }
    }
    lengths[first + to] = positions;
  }
}
