package dev.jacquard.models.tokenizer;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Learns merges greedily: count all pairs, merge the most frequent one, repeat.
///
/// Of equally frequent pairs the one with the lower first id wins, then the lower second id. A pair
/// is counted as often as merging would shorten the text, so `aaa` holds `aa` once. A pair that
/// spells the same bytes as an id that exists already is passed over: an id more with nothing new
/// to say, and `tokenizer.json` could not hold both.
final class BytePairTrainer {
  private static final int GAP = -1; // between two streams; belongs to no pair

  private final int[] ids; // all streams, one after the other
  private int length;
  private final Set<String> spellings = new HashSet<>();

  BytePairTrainer(List<byte[]> streams) {
    int total = streams.stream().mapToInt(stream -> Math.addExact(stream.length, 1)).sum();
    ids = new int[total];
    for (byte[] stream : streams) {
      for (byte b : stream) {
        ids[length++] = ByteStreamTokenizer.FIRST_BYTE + (b & 0xFF);
      }
      ids[length++] = GAP;
    }
  }

  BytePairTokenizer train(int merges) {
    IntArrayList left = new IntArrayList();
    IntArrayList right = new IntArrayList();
    BytePairTokenizer soFar = new BytePairTokenizer(new int[0], new int[0]);
    for (int r = 0; r < merges; r++) {
      int vocabSize = soFar.vocabSize();
      int pair = bestPair(countPairs(vocabSize), soFar);
      if (pair < 0) {
        break;
      }
      left.add(pair / vocabSize);
      right.add(pair % vocabSize);
      soFar = new BytePairTokenizer(left.toIntArray(), right.toIntArray());
      spellings.add(spelling(soFar, vocabSize));
      length = BytePairTokenizer.merge(ids, length, left.getInt(r), right.getInt(r), vocabSize);
    }
    return soFar;
  }

  /// How often each pair occurs; pair (a, b) is at `a · vocabSize + b`.
  private int[] countPairs(int vocabSize) {
    int[] counts = new int[vocabSize * vocabSize];
    int previous = GAP; // the pair that ends at ids[i], unless it may not overlap the next
    for (int i = 0; i + 1 < length; i++) {
      if (ids[i] == GAP || ids[i + 1] == GAP) {
        previous = GAP;
        continue;
      }
      int pair = ids[i] * vocabSize + ids[i + 1];
      if (pair == previous) { // the middle of aaa
        previous = GAP;
      } else {
        counts[pair]++;
        previous = pair;
      }
    }
    return counts;
  }

  /// @return the most frequent pair that spells something new, or -1 if none occurs twice
  private int bestPair(int[] counts, BytePairTokenizer soFar) {
    int vocabSize = soFar.vocabSize();
    while (true) {
      int best = 0;
      for (int pair = 1; pair < counts.length; pair++) {
        if (counts[pair] > counts[best]) {
          best = pair;
        }
      }
      if (counts[best] < 2) {
        return -1;
      }
      String both = spelling(soFar, best / vocabSize) + spelling(soFar, best % vocabSize);
      if (!spellings.contains(both)) {
        return best;
      }
      counts[best] = 0;
    }
  }

  private static String spelling(BytePairTokenizer tokenizer, int id) {
    return TokenizerJson.braille(tokenizer.bytesOf(id));
  }
}
