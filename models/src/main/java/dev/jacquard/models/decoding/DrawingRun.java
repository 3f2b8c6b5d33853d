package dev.jacquard.models.decoding;

import dev.jacquard.models.sampling.LogitsProcessor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One call of a loop: sequences that are drawn side by side, each at a pace of its own.
///
/// In a round the model reads of every sequence what it has not read yet and the guesses that
/// follow; then each sequence grows by the guesses that stand and one token more. Without guesses
/// that is one token a round, or one block of a model that predicts blocks. A sequence that ends
/// makes room for the next at once, and a prompt that several sequences share is read once.
final class DrawingRun {
  /* Random numbers of a sequence are addressed by position, in a stream for each purpose: tokens (the sequence's own),
   * guesses, decisions, tokens in place of a guess. Whether a guess stands is decided once for each position, and guesses
   * that are made anew after a rejection follow tokens that did not depend on the older ones, so numbers may be used again. */

  private final SequenceEngine.Session session;
  private final Drafter.Session drafter;
  private final DecodingLoop.Request request;
  private final DecodingLoop.Listener listener;
  private final SpeculativeLoop.Options options;
  private final List<LogitsProcessor> masks;
  private final int room;
  private final int capacity;
  private final int vocabSize;
  private final boolean sharesPrompts;
  private final List<Drawing> drawings = new ArrayList<>(); // all that have begun
  private final List<Drawing> running = new ArrayList<>();
  private long generated;
  private boolean cancelled;

  private DrawingRun(
      SequenceEngine model,
      SequenceEngine.Session session,
      Drafter.Session drafter,
      DecodingLoop.Request request,
      DecodingLoop.Listener listener,
      SpeculativeLoop.Options options,
      int room,
      int capacity) {
    this.session = session;
    this.drafter = drafter;
    this.request = request;
    this.listener = listener;
    this.options = options;
    this.room = room;
    this.capacity = capacity;
    this.vocabSize = model.vocabSize();
    this.sharesPrompts = model.sharesPrompts();
    this.masks =
        options.forcesTokens()
            ? request.processors().stream().filter(LogitsProcessor::isMask).toList()
            : List.of();
  }

  /// Draws all sequences of a request.
  static List<int[]> of(
      SequenceEngine model,
      Drafter drafter,
      SpeculativeLoop.Options options,
      DecodingLoop.Request request,
      DecodingLoop.Listener listener) {
    int capacity = Math.min(request.maxTokens(), model.maxSeqLen());
    int longest = request.prompts().stream().mapToInt(p -> p.length).max().orElse(0);
    if (longest > capacity) {
      throw new IllegalArgumentException(
          "decodingLoop: prompt too long; %d tokens; need at most %d, the model's context"
              .formatted(longest, capacity));
    }
    int room = Math.min(request.atOnce(), request.prompts().size());
    try (SequenceEngine.Session session = model.open(room, capacity);
        Drafter.Session guesses = drafter.open(model, request, room, capacity)) {
      return new DrawingRun(model, session, guesses, request, listener, options, room, capacity)
          .drawAll();
    }
  }

  private List<int[]> drawAll() {
    refill();
    while (!running.isEmpty() && !cancelled) {
      running.forEach(this::grow);
      List<Drawing> ended = running.stream().filter(Drawing::hasEnded).toList();
      int waiting = request.prompts().size() - drawings.size();
      running.removeAll(ended);
      cancelled = !listener.onStep(generated, running.size() + waiting);
      if (!cancelled) {
        read();
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

  /// Appends the guesses that stand, a token that the model draws, and what must follow.
  private void grow(Drawing d) {
    int guesses = d.draft.length();
    int stood = 0;
    while (stood < guesses && !d.hasEnded() && stands(d, stood)) {
      stood++;
    }
    if (!d.hasEnded()
        && stood == guesses) { // all stand: what the model thinks of the next is known
      float[] logits = process(d, next(d));
      append(d, request.sampler().sample(logits, d.choices, d.length));
      for (int more = d.state.ahead() - 1; more > 0 && !d.hasEnded(); more--) { // of a block
        float[] known = process(d, d.state.logits(d.length));
        append(d, request.sampler().sample(known, d.choices, d.length));
      }
    }
    if (guesses > 0) {
      if (!d.hasEnded()) {
        tellDrafter(d, guesses - stood);
      }
      listener.onGuesses(d.number, guesses, stood);
      d.guessesNext = options.draftLength().next(d.guessesNext, guesses, stood);
      d.state.rollBack(Math.min(d.state.length(), d.length - 1));
    }
    appendForced(d);
    listener.onTokens(d.number, d.tokens, d.length);
  }

  /// Decides about a guess and appends it, or what stands in its place.
  private boolean stands(Drawing d, int i) {
    double[] p = request.sampler().probabilities(process(d, d.state.logits(d.length)));
    int token = options.rule().decide(p, d.draft, i, d);
    append(d, token);
    return token == d.draft.token(i);
  }

  /// Lets the drafter know what the model thinks of places whose guesses fell with an earlier one.
  private void tellDrafter(Drawing d, int fallen) {
    int from = d.draft.length() - fallen + 1; // number of the first guess that was not judged
    if (!drafter.learns() || from > d.draft.length()) {
      return;
    }
    int[] stale = Arrays.copyOf(d.tokens, d.length + fallen - 1);
    System.arraycopy(d.draft.tokens(), from, stale, d.length, fallen - 1);
    for (int place = d.length; place <= stale.length; place++) {
      float[] logits = d.state.logits(place);
      for (LogitsProcessor processor : request.processors()) {
        processor.process(d.number, stale, place, logits);
      }
      drafter.learn(d.number, place, request.sampler().probabilities(logits));
    }
  }

  private void append(Drawing d, int token) {
    d.tokens[d.length++] = token;
    d.isComplete = token == request.endToken();
    generated++;
  }

  private float[] process(Drawing d, float[] logits) {
    for (LogitsProcessor processor : request.processors()) {
      processor.process(d.number, d.tokens, d.length, logits);
    }
    return logits;
  }

  /// Appends tokens as long as the masks leave no choice.
  private void appendForced(Drawing d) {
    while (!masks.isEmpty() && !d.hasEnded()) {
      float[] logits = new float[vocabSize];
      masks.forEach(mask -> mask.process(d.number, d.tokens, d.length, logits));
      int only = -1;
      for (int v = 0; v < vocabSize; v++) {
        if (logits[v] == 0) {
          if (only >= 0) {
            return;
          }
          only = v;
        }
      }
      if (only < 0) {
        return;
      }
      append(d, only);
      listener.onForced(d.number);
    }
  }

  /// Lets the model read what it has not read yet, and new guesses.
  private void read() {
    if (running.isEmpty()) {
      return;
    }
    List<Drafter.Text> texts = new ArrayList<>();
    int[] most = new int[running.size()];
    for (int i = 0; i < most.length; i++) {
      Drawing d = running.get(i);
      texts.add(new Drafter.Text(d.number, d.tokens, d.length, d.guesses, d.choices));
      most[i] = Math.min(d.guessesNext, capacity - d.length - 1); // one token follows the guesses
    }
    List<Draft> drafts = drafter.draft(texts, most);
    int[][] tokens = new int[most.length][];
    for (int i = 0; i < most.length; i++) {
      Drawing d = running.get(i);
      d.draft = drafts.get(i);
      int unread = d.state.length();
      tokens[i] = Arrays.copyOfRange(d.tokens, unread, d.length + d.draft.length());
      System.arraycopy(d.draft.tokens(), 0, tokens[i], d.length - unread, d.draft.length());
    }
    session.advance(running.stream().map(d -> d.state).toList(), tokens);
  }

  /// Lets the next sequence have the place of one that has ended: of a common prompt it keeps what
  /// the model remembers.
  private void replace(Drawing ended) {
    drafter.end(ended.number);
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
        new Drawing(
            number,
            request.prompts().get(number),
            capacity,
            state,
            afterPrompt,
            request.randoms().get(number));
    drawing.guessesNext = options.draftLength().first();
    drawings.add(drawing);
    if (drawing.hasEnded()) { // the prompt fills the context
      state.close();
    } else {
      running.add(drawing);
    }
  }

  /// The logits of the next token; those after a prompt are asked for when all that can begin have
  /// begun.
  private static float[] next(Drawing d) {
    if (d.length > d.prompt.length) {
      return d.state.logits(d.length);
    }
    float[] logits = d.afterPrompt == null ? d.state.logits(d.length).clone() : d.afterPrompt;
    d.afterPrompt = logits;
    return logits.clone();
  }
}
