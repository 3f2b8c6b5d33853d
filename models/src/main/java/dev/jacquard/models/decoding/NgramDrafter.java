package dev.jacquard.models.decoding;

import java.util.Arrays;
import java.util.List;

/// Guesses that what followed the latest tokens when they last occurred in the sequence follows
/// again ("prompt look-up"). Costs no model; strong where streams repeat themselves, as flat parts
/// of pictures do.
///
/// @param longest largest number of latest tokens to look for; fewer are tried in turn
/// @param shortest smallest number
public record NgramDrafter(int longest, int shortest) implements Drafter {
  /// Checks the lengths.
  ///
  /// @throws IllegalArgumentException unless `1 <= shortest <= longest`
  public NgramDrafter {
    if (shortest < 1 || longest < shortest) {
      throw new IllegalArgumentException(
          "ngram: lengths do not fit; longest %d, shortest %d; need longest >= shortest >= 1"
              .formatted(longest, shortest));
    }
  }

  @Override
  public Session open(
      SequenceEngine judge, DecodingLoop.Request request, int sequences, int positions) {
    return new Session() {
      @Override
      public List<Draft> draft(List<Text> texts, int[] most) {
        Draft[] drafts = new Draft[texts.size()];
        for (int i = 0; i < drafts.length; i++) {
          Text text = texts.get(i);
          drafts[i] = guess(text.tokens(), text.length(), most[i], request.endToken());
        }
        return List.of(drafts);
      }

      @Override
      public void end(int number) {}

      @Override
      public void close() {}
    };
  }

  private Draft guess(int[] tokens, int length, int most, int endToken) {
    for (int n = Math.min(longest, length - 1); n >= shortest && most > 0; n--) {
      for (int from = length - n - 1; from >= 0; from--) {
        if (Arrays.equals(tokens, from, from + n, tokens, length - n, length)) {
          return Draft.of(continuation(tokens, from + n, length, most, endToken));
        }
      }
    }
    return Draft.NONE;
  }

  /// What follows a place, up to an end; behind the last token the guesses themselves go on, so
  /// that a short period is repeated.
  private static int[] continuation(int[] tokens, int first, int length, int most, int endToken) {
    int[] guesses = new int[most];
    for (int i = 0; i < most; i++) {
      int at = first + i;
      guesses[i] = at < length ? tokens[at] : guesses[at - length];
      if (guesses[i] == endToken) { // a sequence has only one
        return Arrays.copyOf(guesses, i);
      }
    }
    return guesses;
  }
}
