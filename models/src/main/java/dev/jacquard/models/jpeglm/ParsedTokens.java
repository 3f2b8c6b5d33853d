package dev.jacquard.models.jpeglm;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.op.CrossEntropyOp;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import java.lang.foreign.MemorySegment;

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
    MemorySegment tokens = ids.contiguous().segment();
    int length = (int) ids.shape().dim(1);
    int vocabSize = grammar.vocabSize();
    Tensor block = ignored(backend, ids.shape());
    Tensor coefficient = ignored(backend, ids.shape());
    Tensor pendingBits = ignored(backend, ids.shape());
    Tensor allowed = Tensor.empty(backend, ids.shape().append(vocabSize)); // [B, T, V]
    float[] row = new float[vocabSize]; // the whole would be megabytes of heap at each step
    StreamGrammar.Cursor cursor = grammar.start();
    for (int i = 0; i < ids.shape().numel(); i++) {
      if (i % length == 0) {
        cursor = grammar.start();
      }
      if (!cursor.accept(tokens.getAtIndex(JAVA_INT, i))) {
        throw new IllegalArgumentException(
            "stream grammar: token %d of row %d cannot stand there"
                .formatted(i % length, i / length));
      }
      if (cursor.inData()) {
        block.segment().setAtIndex(JAVA_INT, i, cursor.mcu().block());
        coefficient.segment().setAtIndex(JAVA_INT, i, cursor.mcu().coefficient());
        pendingBits.segment().setAtIndex(JAVA_INT, i, cursor.mcu().pendingBits());
      }
      long[] bits = grammar.allowed(cursor);
      for (int v = 0; v < vocabSize; v++) {
        row[v] = (bits[v / 64] >>> v) & 1;
      }
      MemorySegment.copy(
          row, 0, allowed.segment(), JAVA_FLOAT, (long) Float.BYTES * i * vocabSize, vocabSize);
    }
    return new ParsedTokens(block, coefficient, pendingBits, allowed);
  }

  private static Tensor ignored(Backend backend, Shape shape) {
    Tensor labels = Tensor.empty(backend, DType.I32, shape);
    for (long i = 0; i < shape.numel(); i++) {
      labels.segment().setAtIndex(JAVA_INT, i, CrossEntropyOp.IGNORE);
    }
    return labels;
  }
}
