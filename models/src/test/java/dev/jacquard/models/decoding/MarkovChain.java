package dev.jacquard.models.decoding;

import dev.jacquard.models.sampling.Logits;
import dev.jacquard.models.sampling.SamplingOptions;
import dev.jacquard.tensor.random.RandomStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A model whose next token depends on the last one only, so that the probability of every sequence
/// is known.
///
/// @param next `[V][V]`, probabilities of the token that follows each token
/// @param maxSeqLen context length
record MarkovChain(double[][] next, int maxSeqLen) implements SequenceEngine {
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
  public Session open(int sequences, int positions) {
    return new Session() {
      private int running;

      @Override
      public Sequence start(int number, int[] prompt, PromptListener listener) {
        State state = new State(prompt);
        listener.onRead(prompt.length, prompt.length);
        return state;
      }

      @Override
      public void advance(List<? extends Sequence> states, int[][] tokens) {
        for (int i = 0; i < tokens.length; i++) {
          ((State) states.get(i)).append(tokens[i]);
        }
      }

      @Override
      public void close() {}

      final class State implements Sequence {
        private int[] tokens = {};

        State(int... tokens) {
          if (++running > sequences) {
            throw new IllegalStateException("full");
          }
          append(tokens);
        }

        void append(int... more) {
          int length = tokens.length;
          tokens = Arrays.copyOf(tokens, length + more.length);
          System.arraycopy(more, 0, tokens, length, more.length);
          if (tokens.length > positions) {
            throw new IllegalStateException("too long");
          }
        }

        @Override
        public int length() {
          return tokens.length;
        }

        @Override
        public float[] logits(int position) {
          return Logits.of(next[tokens[position - 1]]);
        }

        @Override
        public Sequence fork(int length) {
          return new State(Arrays.copyOf(tokens, length));
        }

        @Override
        public void rollBack(int length) {
          tokens = Arrays.copyOf(tokens, length);
        }

        @Override
        public void close() {
          running--;
        }
      }
    };
  }

  /// A request for sequences of a chain.
  ///
  /// @param first number of the first, which chooses its random numbers
  static DecodingLoop.Request request(
      SamplingOptions options, int first, int size, int atOnce, int maxTokens, int... prompt) {
    RandomStream random = RandomStream.of(options.seed());
    return new DecodingLoop.Request(
        Collections.nCopies(size, prompt),
        atOnce,
        END,
        maxTokens,
        options.processors(),
        options.sampler(),
        IntStream.range(first, first + size).mapToObj(random::split).toList());
  }

  /// The sequences that a loop draws, tokens as digits.
  static List<String> run(DecodingLoop loop, SequenceEngine model, DecodingLoop.Request request) {
    return loop.generate(model, request, DecodingLoop.Listener.NONE).stream()
        .map(MarkovChain::digits)
        .toList();
  }

  /// Tokens as digits.
  static String digits(int[] tokens) {
    return Arrays.stream(tokens).mapToObj(Integer::toString).collect(Collectors.joining());
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
