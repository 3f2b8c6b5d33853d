package dev.jacquard.models.sampling;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// One token a step for every sequence: the loop that defines what the others must equal in
/// distribution.
public final class PlainLoop implements DecodingLoop {
  /// Creates the loop.
  public PlainLoop() {}

  @Override
  public String name() {
    return "plain";
  }

  @Override
  public List<int[]> generate(SequenceModel model, Request request, Listener listener) {
    int batch = request.prompts().size();
    int capacity = Math.min(request.maxTokens(), model.maxSeqLen());
    int[][] tokens = new int[batch][capacity];
    int[] lengths = new int[batch]; // of the sequences that have ended
    int length = request.prompts().getFirst().length;
    if (length > capacity) {
      throw new IllegalArgumentException(
          "decodingLoop: prompt too long; %d tokens; need at most %d, the model's context"
              .formatted(length, capacity));
    }
    int[][] fresh = new int[batch][];
    for (int b = 0; b < batch; b++) {
      fresh[b] = Arrays.copyOf(request.prompts().get(b), length);
      System.arraycopy(fresh[b], 0, tokens[b], 0, length);
    }
    int running = batch;
    long generated = 0;
    try (SequenceModel.Session session = model.open(batch, capacity)) {
      while (running > 0 && length < capacity) {
        float[][] logits = session.next(fresh); // [B][V]
        for (int b = 0; b < batch; b++) {
          int token = request.endToken();
          boolean isRunning = lengths[b] == 0;
          if (isRunning) {
            token = choose(request, b, tokens[b], length, logits[b]);
            generated++;
            if (token == request.endToken()) {
              lengths[b] = length + 1;
              running--;
            }
          }
          tokens[b][length] = token;
          fresh[b] = new int[] {token};
          if (isRunning) {
            listener.onTokens(b, tokens[b], length + 1);
          }
        }
        length++;
        if (!listener.onStep(generated, running)) {
          break;
        }
      }
    }
    List<int[]> sequences = new ArrayList<>();
    for (int b = 0; b < batch; b++) {
      sequences.add(Arrays.copyOf(tokens[b], lengths[b] == 0 ? length : lengths[b]));
    }
    return sequences;
  }

  private static int choose(Request request, int b, int[] tokens, int length, float[] logits) {
    for (LogitsProcessor processor : request.processors()) {
      processor.process(b, tokens, length, logits);
    }
    return request.sampler().sample(logits, request.randoms().get(b), length);
  }
}
