package dev.jacquard.models.jpeglm;

import dev.jacquard.nn.block.LlamaModel;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.op.CrossEntropyOp;
import dev.jacquard.tensor.shape.Shape;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// How many bits a model needs for streams: the negative log-likelihood of all tokens after `<s>`,
/// end token included.
///
/// Other ways to cut the same bytes into tokens would add to the probability, so the figure is an
/// upper bound.
///
/// @param llama the model
/// @param tokenizer its tokens
record Likelihood(LlamaModel llama, JpegTokenizer tokenizer) {
  private static final int BATCH = 16;

  /// Sums over streams.
  ///
  /// @param nats negative log-likelihood
  /// @param bytes length of the streams
  /// @param tokens number of tokens, end tokens included
  record Result(double nats, long bytes, long tokens) {
    double bitsPerByte() {
      return nats / Math.log(2) / bytes;
    }
  }

  /// Measures streams, each by itself from the first position.
  ///
  /// @param streams at least one
  /// @throws IllegalArgumentException if one is longer than the context
  Result of(List<byte[]> streams) {
    int[][] documents =
        streams.stream()
            .map(tokenizer::document)
            .sorted(Comparator.comparingInt(d -> d.length)) // little padding
            .toArray(int[][]::new);
    int longest = documents[documents.length - 1].length - 1;
    if (longest > llama.config().maxSeqLen()) {
      throw new IllegalArgumentException(
          "likelihood: picture of %d tokens; the model's context is %d"
              .formatted(longest, llama.config().maxSeqLen()));
    }
    double nats = 0;
    long tokens = 0;
    for (int from = 0; from < documents.length; from += BATCH) {
      int[][] batch = Arrays.copyOfRange(documents, from, Math.min(documents.length, from + BATCH));
      nats += TensorScope.call("likelihood", () -> nats(batch));
      tokens += Arrays.stream(batch).mapToInt(d -> d.length - 1).sum();
    }
    return new Result(nats, streams.stream().mapToLong(s -> s.length).sum(), tokens);
  }

  private double nats(int[][] documents) {
    int width = documents[documents.length - 1].length - 1;
    int[] ids = new int[documents.length * width];
    int[] labels = new int[documents.length * width];
    Arrays.fill(labels, CrossEntropyOp.IGNORE);
    int counted = 0;
    for (int row = 0; row < documents.length; row++) {
      int n = documents[row].length - 1;
      System.arraycopy(documents[row], 0, ids, row * width, n);
      System.arraycopy(documents[row], 1, labels, row * width, n);
      counted += n;
    }
    Backend backend = llama.parameters().backend();
    Shape shape = Shape.of(documents.length, width);
    Tensor loss =
        llama.loss(Tensor.ofInts(backend, shape, ids), Tensor.ofInts(backend, shape, labels));
    return (double) loss.item() * counted;
  }
}
