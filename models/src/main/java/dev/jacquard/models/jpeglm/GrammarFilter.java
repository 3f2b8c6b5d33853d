package dev.jacquard.models.jpeglm;

import dev.jacquard.models.sampling.LogitsProcessor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// Forbids tokens that cannot follow, so that every sequence becomes a whole file: always one that
/// decodes, and never one that the context cuts off.
///
/// When the rest of the context is only just enough to finish the file, what remains are the tokens
/// that finish it soonest; an unfinished block then gets no further coefficients, and MCUs to come
/// are of one colour.
///
/// For one batch. A sequence may lose or change tokens that it had, as speculative loops do it.
public final class GrammarFilter implements LogitsProcessor {
  private static final int RESERVE = 24; // tokens; more than one can add to the way to the end

  private final StreamGrammar grammar;
  private final int maxTokens;
  private final List<Place> places;
  private final StreamGrammar.Cursor probe;

  /// Makes the filter of a batch.
  ///
  /// @param tokenizer of the streams
  /// @param batch number of sequences
  /// @param maxTokens largest length of a sequence
  public GrammarFilter(JpegTokenizer tokenizer, int batch, int maxTokens) {
    this(new StreamGrammar(tokenizer.streams(), tokenizer.bytes()), batch, maxTokens);
  }

  /// Makes the filter of a batch, by a grammar that remembers what it worked out before.
  ///
  /// @param grammar of the streams
  /// @param batch number of sequences
  /// @param maxTokens largest length of a sequence
  GrammarFilter(StreamGrammar grammar, int batch, int maxTokens) {
    this.grammar = grammar;
    this.maxTokens = maxTokens;
    places = Stream.generate(Place::new).limit(batch).toList();
    probe = grammar.start();
  }

  @Override
  public void process(int sequence, int[] tokens, int length, float[] logits) {
    StreamGrammar.Cursor cursor = places.get(sequence).after(tokens, length);
    if (cursor.isBroken()) { // by its prompt; nothing can mend it
      return;
    }
    long[] allowed = grammar.allowed(cursor);
    if (cursor.bytesToEnd() + RESERVE >= maxTokens - length) {
      allowed = soonest(cursor, allowed);
    }
    for (int v = 0; v < logits.length; v++) {
      if ((allowed[v / 64] >>> v & 1) == 0) {
        logits[v] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  @Override
  public boolean isMask() {
    return true;
  }

  /// Where a sequence stands.
  private final class Place {
    private final int[] read = new int[maxTokens];
    private StreamGrammar.Cursor cursor = grammar.start();
    private int count; // of `read`

    /// The place after the first `length` of `tokens`. Reads on from where it stands; if that is
    /// not on the way, from the start.
    StreamGrammar.Cursor after(int[] tokens, int length) {
      int same = Arrays.mismatch(read, 0, count, tokens, 0, length);
      if (same >= 0 && same < count) {
        cursor = grammar.start();
        count = 0;
      }
      while (count < length) {
        read[count] = tokens[count];
        cursor.accept(tokens[count++]);
      }
      return cursor;
    }
  }

  /// Those of the tokens after which the end is nearest.
  private long[] soonest(StreamGrammar.Cursor cursor, long[] allowed) {
    long[] kept = new long[allowed.length];
    int nearest = Integer.MAX_VALUE;
    for (int v = 0; v < grammar.vocabSize(); v++) {
      if ((allowed[v / 64] >>> v & 1) == 1) {
        probe.copyFrom(cursor);
        probe.accept(v);
        int left = probe.bytesToEnd();
        if (left < nearest) {
          nearest = left;
          Arrays.fill(kept, 0);
        }
        if (left == nearest) {
          kept[v / 64] |= 1L << v;
        }
      }
    }
    return kept;
  }
}
