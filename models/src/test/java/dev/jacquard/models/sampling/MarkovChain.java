package dev.jacquard.models.sampling;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/// A model whose next token depends on the last one only, so that the probability of every sequence
/// is known.
///
/// @param next `[V][V]`, probabilities of the token that follows each token
/// @param maxSeqLen context length
record MarkovChain(double[][] next, int maxSeqLen) implements SequenceModel {
  static final int END = 0;

  /// Four tokens; every sequence ends some day.
  static MarkovChain ofFour(int maxSeqLen) {
    double[][] next = {
      {1, 0, 0, 0}, {0.2, 0.3, 0.4, 0.1}, {0.5, 0.2, 0, 0.3}, {0.05, 0.15, 0.2, 0.6},
    };
    return new MarkovChain(next, maxSeqLen);
  }

  @Override
  public int vocabSize() {
    return next.length;
  }

  @Override
  public Session open(int batch, int positions) {
    return new Session() {
      private int length;

      @Override
      public float[][] next(int[][] tokens) {
        length += tokens[0].length;
        float[][] logits = new float[batch][];
        for (int b = 0; b < batch; b++) {
          logits[b] = logits(next[tokens[b][tokens[b].length - 1]]);
        }
        return logits;
      }

      @Override
      public int length() {
        return length;
      }

      @Override
      public void rollBack(int kept) {
        length = kept;
      }

      @Override
      public void close() {}
    };
  }

  static float[] logits(double... probabilities) {
    float[] logits = new float[probabilities.length];
    for (int v = 0; v < logits.length; v++) {
      logits[v] = (float) Math.log(probabilities[v]);
    }
    return logits;
  }

  /// Probability of each sequence that starts with a token, tokens as digits; the rows of the
  /// matrix are changed first.
  Map<String, Double> sequences(int start, UnaryOperator<double[]> change) {
    Map<String, Double> running = Map.of(Integer.toString(start), 1.0);
    Map<String, Double> ended = new LinkedHashMap<>();
    for (int length = 1; length < maxSeqLen; length++) {
      Map<String, Double> longer = new HashMap<>();
      running.forEach(
          (sequence, probability) -> {
            double[] row = change.apply(next[sequence.charAt(sequence.length() - 1) - '0'].clone());
            for (int v = 0; v < row.length; v++) {
              (v == END ? ended : longer).put(sequence + v, probability * row[v]);
            }
          });
      running = longer;
    }
    ended.putAll(running);
    ended.values().removeIf(p -> p == 0);
    return ended;
  }
}
