package dev.jacquard.models.sampling;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One token a step for every sequence: the loop that defines what the others must equal in
/// distribution.
///
/// A sequence that ends makes room for the next at once. A prompt that several sequences share is
/// read once.
public final class PlainLoop implements DecodingLoop {
  /// Creates the loop.
  public PlainLoop() {}

  @Override
  public String name() {
    return "plain";
  }

  @Override
  public List<int[]> generate(SequenceEngine model, Request request, Listener listener) {
    int capacity = Math.min(request.maxTokens(), model.maxSeqLen());
    int longest = request.prompts().stream().mapToInt(p -> p.length).max().orElse(0);
    if (longest > capacity) {
      throw new IllegalArgumentException(
          "decodingLoop: prompt too long; %d tokens; need at most %d, the model's context"
              .formatted(longest, capacity));
    }
    int room = Math.min(request.atOnce(), request.prompts().size());
    try (SequenceEngine.Session session = model.open(room, capacity)) {
      return new Run(session, request, listener, room, capacity, model.sharesPrompts()).drawAll();
    }
  }

  /// One call of [#generate].
  private static final class Run {
    private final SequenceEngine.Session session;
    private final Request request;
    private final Listener listener;
    private final int room;
    private final int capacity;
    private final boolean sharesPrompts;
    private final List<Drawing> drawings = new ArrayList<>(); // all that have begun
    private final List<Drawing> running = new ArrayList<>();
    private long generated;
    private boolean cancelled;

    Run(
        SequenceEngine.Session session,
        Request request,
        Listener listener,
        int room,
        int capacity,
        boolean sharesPrompts) {
      this.sharesPrompts = sharesPrompts;
      this.session = session;
      this.request = request;
      this.listener = listener;
      this.room = room;
      this.capacity = capacity;
    }

    List<int[]> drawAll() {
      refill();
      while (!running.isEmpty() && !cancelled) {
        running.forEach(this::choose);
        List<Drawing> ended = running.stream().filter(Drawing::hasEnded).toList();
        int waiting = request.prompts().size() - drawings.size();
        running.removeAll(ended);
        cancelled = !listener.onStep(generated, running.size() + waiting);
        if (!cancelled) {
          advance();
          ended.forEach(this::replace);
          refill();
        }
      }
      List<int[]> sequences = new ArrayList<>();
      for (int i = 0; i < request.prompts().size(); i++) {
        sequences.add(
            i < drawings.size() ? drawings.get(i).sequence() : request.prompts().get(i).clone());
      }
      return sequences;
    }

    private void choose(Drawing d) {
      float[] logits = next(d);
      for (LogitsProcessor processor : request.processors()) {
        processor.process(d.number, d.tokens, d.length, logits);
      }
      int token = request.sampler().sample(logits, request.randoms().get(d.number), d.length);
      d.tokens[d.length++] = token;
      d.isComplete = token == request.endToken();
      generated++;
      listener.onTokens(d.number, d.tokens, d.length);
    }

    private void advance() {
      if (running.isEmpty()) {
        return;
      }
      session.advance(
          running.stream().map(d -> d.state).toList(),
          running.stream().map(d -> new int[] {d.tokens[d.length - 1]}).toArray(int[][]::new));
    }

    /// Lets the next sequence have the place of one that has ended: of a common prompt it keeps
    /// what the model remembers.
    private void replace(Drawing ended) {
      int number = drawings.size();
      if (number < request.prompts().size()
          && ended.serves(request.prompts().get(number), sharesPrompts)) {
        ended.state.rollBack(ended.prompt.length);
        begin(ended.state, ended.afterPrompt);
      } else {
        ended.state.close();
      }
    }

    /// Begins sequences while there is room.
    private void refill() {
      while (running.size() < room && drawings.size() < request.prompts().size() && !cancelled) {
        int number = drawings.size();
        int[] prompt = request.prompts().get(number);
        Drawing like = sharing(prompt);
        if (like != null) {
          begin(like.state.fork(prompt.length), like.afterPrompt);
        } else {
          SequenceEngine.Sequence state =
              session.start(number, prompt, (read, length) -> goesOn(number, read, length));
          cancelled = state.length() < prompt.length || cancelled;
          if (!cancelled) {
            begin(state, null);
          }
        }
      }
    }

    private boolean goesOn(int number, int read, int length) {
      cancelled = !listener.onPrompt(number, read, length);
      return !cancelled;
    }

    private @Nullable Drawing sharing(int[] prompt) {
      return running.stream().filter(d -> d.serves(prompt, sharesPrompts)).findFirst().orElse(null);
    }

    private void begin(SequenceEngine.Sequence state, float @Nullable [] afterPrompt) {
      int number = drawings.size();
      Drawing drawing =
          new Drawing(number, request.prompts().get(number), capacity, state, afterPrompt);
      drawings.add(drawing);
      if (drawing.hasEnded()) { // the prompt fills the context
        state.close();
      } else {
        running.add(drawing);
      }
    }

    /// The logits of the next token; those after a prompt are asked for when all that can begin
    /// have begun.
    private static float[] next(Drawing d) {
      if (d.length > d.prompt.length) {
        return d.state.logits(d.length);
      }
      float[] logits = d.afterPrompt == null ? d.state.logits(d.length).clone() : d.afterPrompt;
      d.afterPrompt = logits;
      return logits.clone();
    }
  }

  /// One sequence that has begun.
  private static final class Drawing {
    private final int number;
    private final int[] prompt;
    private final int[] tokens;
    private final SequenceEngine.Sequence state;
    private float @Nullable [] afterPrompt; // logits of the first token, once they are known
    private int length;
    private boolean isComplete;

    Drawing(
        int number,
        int[] prompt,
        int capacity,
        SequenceEngine.Sequence state,
        float @Nullable [] afterPrompt) {
      this.number = number;
      this.prompt = prompt;
      this.tokens = Arrays.copyOf(prompt, capacity);
      this.state = state;
      this.afterPrompt = afterPrompt;
      this.length = prompt.length;
    }

    /// Whether what the model knows after this prompt serves for another sequence.
    boolean serves(int[] otherPrompt, boolean sharesPrompts) {
      return sharesPrompts && Arrays.equals(prompt, otherPrompt);
    }

    boolean hasEnded() {
      return isComplete || length == tokens.length;
    }

    int[] sequence() {
      return Arrays.copyOf(tokens, length);
    }
  }
}
