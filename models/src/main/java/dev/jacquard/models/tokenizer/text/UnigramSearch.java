package dev.jacquard.models.tokenizer.text;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.Arrays;
import java.util.Collections;

/// Cuts a text into the pieces whose scores add up to the most.
///
/// Kudo 2018 (arXiv:1804.10959), section 3.2. Sums are rounded to f32 at each position, as in the
/// published implementation, so that ties fall as they do there.
final class UnigramSearch {
  private static final double UNKNOWN_PENALTY = 10;

  private final PieceTable table;
  private final float unknownScore;
  private final float largest;

  UnigramSearch(PieceTable table, float smallest, float largest) {
    this.table = table;
    this.unknownScore = (float) (smallest - UNKNOWN_PENALTY);
    this.largest = largest;
  }

  /// @param text the prepared text
  /// @param output takes the pieces from left to right; id -1 for a character that is unknown
  void run(String text, PairMerger.Output output) {
    int n = text.length();
    float[] best = new float[n + 1]; // of the text up to here
    int[] start = new int[n + 1]; // of the last piece of that text; -1 if nothing ends here
    int[] id = new int[n + 1];
    Arrays.fill(start, -1);
    for (int from = 0; from < n; ) {
      int character = from + Character.charCount(text.codePointAt(from));
      boolean isKnown = false;
      int longest = Math.min(n, from + table.longest());
      for (int to = from + 1; to <= longest; to++) {
        int piece = table.find(text, from, to);
        if (piece >= 0) {
          isKnown |= to == character;
          double sum = score(piece, text, from, to) + best[from];
          if (start[to] < 0 || sum > best[to]) {
            best[to] = (float) sum;
            start[to] = from;
            id[to] = piece;
          }
        }
      }
      if (!isKnown) {
        float sum = unknownScore + best[from];
        if (start[character] < 0 || sum > best[character]) {
          best[character] = sum;
          start[character] = from;
          id[character] = -1;
        }
      }
      from = character;
    }
    IntArrayList ends = new IntArrayList();
    for (int to = n; to > 0; to = start[to]) {
      ends.add(to);
    }
    Collections.reverse(ends);
    for (int to : ends) {
      output.take(id[to], start[to], to);
    }
  }

  /// User-defined pieces get a bonus so that they are always taken.
  private double score(int piece, String text, int from, int to) {
    return table.isUserDefined(piece)
        ? Utf8.length(text, from, to) * largest - 0.1
        : table.score(piece);
  }
}
