package dev.jacquard.models.jpeglm;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.op.CrossEntropyOp;
import dev.jacquard.tensor.shape.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// What the grammar says about each token of a batch.
///
/// @param block `[B, T]`, i32: block of the MCU after the token, or [CrossEntropyOp#IGNORE]
/// @param coefficient `[B, T]`, i32: coefficient in the block
/// @param pendingBits `[B, T]`, i32: bits of an unfinished code
/// @param allowed `[B, T, V]`: 1 for tokens that can follow, 0 for others
record ParsedTokens(Tensor block, Tensor coefficient, Tensor pendingBits, Tensor allowed) {
  /// Parses a batch.
  ///
  /// @param grammar of the streams
  /// @param ids `[B, T]`, i32; each row starts with a document
  /// @param backend who computes
  static ParsedTokens of(StreamGrammar grammar, Tensor ids, Backend backend) {
    int[] tokens = ids.toInts();
    int length = (int) ids.shape().dim(1);
    int vocabSize = grammar.vocabSize();
    int[] block = ignored(tokens.length);
    int[] coefficient = ignored(tokens.length);
    int[] pendingBits = ignored(tokens.length);
    Tensor allowed = Tensor.empty(backend, ids.shape().append(vocabSize)); // [B, T, V]
    float[] row = new float[vocabSize]; // the whole would be megabytes of heap at each step
    StreamGrammar.Cursor cursor = grammar.start();
    for (int i = 0; i < tokens.length; i++) {
      if (i % length == 0) {
        cursor = grammar.start();
      }
      if (!cursor.accept(tokens[i])) {
        throw new IllegalArgumentException(
            "stream grammar: token %d of row %d cannot stand there"
                .formatted(i % length, i / length));
      }
      if (cursor.inData()) {
        block[i] = cursor.mcu().block();
        coefficient[i] = cursor.mcu().coefficient();
        pendingBits[i] = cursor.mcu().pendingBits();
      }
      long[] bits = grammar.allowed(cursor);
      for (int v = 0; v < vocabSize; v++) {
        row[v] = (bits[v / 64] >>> v) & 1;
      }
      MemorySegment.copy(
          row,
          0,
          allowed.segment(),
          ValueLayout.JAVA_FLOAT,
          (long) Float.BYTES * i * vocabSize,
          vocabSize);
    }
    Shape shape = ids.shape();
    return new ParsedTokens(
        Tensor.ofInts(backend, shape, block),
        Tensor.ofInts(backend, shape, coefficient),
        Tensor.ofInts(backend, shape, pendingBits),
        allowed);
  }

  private static int[] ignored(int n) {
    int[] labels = new int[n];
    Arrays.fill(labels, CrossEntropyOp.IGNORE);
    return labels;
  }
}
