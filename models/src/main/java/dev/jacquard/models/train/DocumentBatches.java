package dev.jacquard.models.train;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import java.lang.foreign.MemorySegment;

/// Cuts a stream of documents into rows of one length, each token labelled with its successor.
///
/// A row starts with a document and continues with further ones until it is full; the last is cut.
/// Documents are drawn with replacement, so the batch of a step is a function of seed and step
/// alone, which makes runs resumable without state.
///
/// @param source where documents come from
/// @param batch number of rows, `B`
/// @param length tokens in a row, `T`
/// @param seed number that fixes all batches
public record DocumentBatches(DocumentSource source, int batch, int length, long seed) {
  /// Checks the sizes.
  ///
  /// @throws IllegalArgumentException if one is not positive
  public DocumentBatches {
    if (batch < 1 || length < 1) {
      throw new IllegalArgumentException(
          "batches: sizes not positive; batch %d, length %d; need >= 1".formatted(batch, length));
    }
  }

  /// One step's tokens.
  ///
  /// @param ids `[B, T]`, i32
  /// @param labels `[B, T]`, i32: the token after each of `ids`
  public record Batch(Tensor ids, Tensor labels) {}

  /// Makes the batch of one step.
  ///
  /// @param backend who computes with it
  /// @param step number of the step, from 0
  /// @return tensors in the current scope
  public Batch at(Backend backend, long step) {
    Tensor ids = Tensor.empty(backend, DType.I32, Shape.of(batch, length));
    Tensor labels = Tensor.empty(backend, DType.I32, ids.shape());
    RandomStream random = RandomStream.of(seed).split("batches").split(step);
    int[] tokens = new int[length + 1];
    for (int row = 0; row < batch; row++) {
      fill(tokens, random.split(row));
      long at = (long) Integer.BYTES * row * length;
      MemorySegment.copy(tokens, 0, ids.segment(), JAVA_INT, at, length);
      MemorySegment.copy(tokens, 1, labels.segment(), JAVA_INT, at, length);
    }
    return new Batch(ids, labels);
  }

  private void fill(int[] row, RandomStream random) {
    int filled = 0;
    for (long draw = 0; filled < row.length; draw++) {
      int[] document = source.draw(random.split(draw));
      int taken = Math.min(document.length, row.length - filled);
      System.arraycopy(document, 0, row, filled, taken);
      filled += taken;
    }
  }
}
