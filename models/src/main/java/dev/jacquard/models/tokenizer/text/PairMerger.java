package dev.jacquard.models.tokenizer.text;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.PriorityQueue;

/// Joins neighbouring symbols of a text, always the pair of the best rank, the leftmost first,
/// until no pair can be joined. Takes `n log n` steps for n symbols.
///
/// Sennrich, Haddow & Birch 2016 (arXiv:1508.07909), algorithm 1.
final class PairMerger {
  /* Symbols are a linked list over their first positions: symbol i spans the text from start[i] to end[i]. A
   * queued pair is stale if one of its symbols has grown or gone meanwhile, which its recorded ends show. */

  /// Says which pairs can be joined.
  @FunctionalInterface
  interface Pairs {
    /// The symbol that a pair becomes.
    ///
    /// @param left id of the left symbol, -1 if it has none
    /// @param right id of the right symbol, -1 if it has none
    /// @param from where the left symbol starts in the text
    /// @param to where the right symbol ends
    /// @return `rank << 32 | id` of the joined symbol, lowest rank first; -1 if they stay apart
    long find(int left, int right, int from, int to);
  }

  private record Pair(int rank, int left, int id, int middle, int to) implements Comparable<Pair> {
    @Override
    public int compareTo(Pair other) {
      int byRank = Integer.compare(rank, other.rank);
      return byRank != 0 ? byRank : Integer.compare(left, other.left);
    }
  }

  private final Pairs pairs;
  private final IntArrayList ids = new IntArrayList();
  private final IntArrayList from = new IntArrayList();
  private final IntArrayList to = new IntArrayList();
  private final PriorityQueue<Pair> queue = new PriorityQueue<>();
  private int[] previous = {};
  private int[] next = {};

  PairMerger(Pairs pairs) {
    this.pairs = pairs;
  }

  /// Adds a symbol after the others.
  ///
  /// @param id its id, or -1
  /// @param start where it starts in the text
  /// @param end where it ends
  void add(int id, int start, int end) {
    ids.add(id);
    from.add(start);
    to.add(end);
  }

  /// Adds a symbol whose place does not matter.
  ///
  /// @param id its id
  void add(int id) {
    add(id, ids.size(), ids.size() + 1);
  }

  /// Takes what is left after joining.
  @FunctionalInterface
  interface Output {
    /// Takes the next symbol.
    ///
    /// @param id id of a symbol, or -1
    /// @param from where it starts in the text
    /// @param to where it ends
    void take(int id, int from, int to);
  }

  /// Joins what can be joined.
  void run(Output output) {
    int n = ids.size();
    previous = new int[n];
    next = new int[n];
    for (int i = 0; i < n; i++) {
      previous[i] = i - 1;
      next[i] = i + 1;
    }
    for (int i = 0; i + 1 < n; i++) {
      offer(i, i + 1);
    }
    while (!queue.isEmpty()) {
      join(queue.remove());
    }
    for (int i = 0; i < n; i = next[i]) {
      output.take(ids.getInt(i), from.getInt(i), to.getInt(i));
    }
  }

  private void offer(int left, int right) {
    long found =
        pairs.find(ids.getInt(left), ids.getInt(right), from.getInt(left), to.getInt(right));
    if (found >= 0) {
      queue.add(
          new Pair((int) (found >>> 32), left, (int) found, to.getInt(left), to.getInt(right)));
    }
  }

  private void join(Pair pair) {
    int left = pair.left;
    int right = next[left];
    boolean isStale =
        to.getInt(left) != pair.middle || right >= ids.size() || to.getInt(right) != pair.to;
    if (isStale) {
      return;
    }
    ids.set(left, pair.id);
    to.set(left, pair.to);
    to.set(right, -1); // gone: no pair that starts here fits any more
    next[left] = next[right];
    if (next[left] < ids.size()) {
      previous[next[left]] = left;
      offer(left, next[left]);
    }
    if (previous[left] >= 0) {
      offer(previous[left], left);
    }
  }
}
