package dev.jacquard.models.quantizer;

/// Counts which codes are used: over the last `W` indices, and as a distribution over those.
///
/// Under even use the expected share of used codes is `1 - (1 - 1/K)^W`, so a large codebook never
/// shows 1 in a short window.
public final class CodeUsage {
  private final int[] window;
  private final int[] counts;
  private int size;
  private int next;

  /// Starts with an empty window.
  ///
  /// @param codebookSize `K`
  /// @param window most indices to remember, `W`
  public CodeUsage(int codebookSize, int window) {
    this.window = new int[window];
    this.counts = new int[codebookSize];
  }

  /// Takes indices in; the oldest ones fall out.
  ///
  /// @param indices each in `[0, K)`
  public void add(int... indices) {
    for (int index : indices) {
      if (size == window.length) {
        counts[window[next]]--;
      } else {
        size++;
      }
      window[next] = index;
      counts[index]++;
      next = (next + 1) % window.length;
    }
  }

  /// Share of codes that the window holds.
  ///
  /// @return in `[0, 1]`
  public double share() {
    return (double) used() / counts.length;
  }

  /// Number of codes that the window holds.
  ///
  /// @return in `[0, K]`
  public int used() {
    int used = 0;
    for (int count : counts) {
      used += count > 0 ? 1 : 0;
    }
    return used;
  }

  /// The number of equally used codes that would be as diverse: `exp(H)`.
  ///
  /// @return in `[1, K]`; 0 for an empty window
  public double perplexity() {
    double entropy = 0;
    for (int count : counts) {
      if (count > 0) {
        double p = (double) count / size;
        entropy -= p * Math.log(p);
      }
    }
    return size == 0 ? 0 : Math.exp(entropy);
  }

  /// The codes that the window lacks.
  ///
  /// @return one flag for each code
  public boolean[] dead() {
    boolean[] dead = new boolean[counts.length];
    for (int k = 0; k < dead.length; k++) {
      dead[k] = counts[k] == 0;
    }
    return dead;
  }

  /// Whether the window is full, so that what it lacks may be called dead.
  ///
  /// @return true once `W` indices came
  public boolean isFull() {
    return size == window.length;
  }

  /// The share of codes to expect if all are equally likely.
  ///
  /// @param codebookSize `K`
  /// @param indices how many were seen, `W`
  /// @return `1 - (1 - 1/K)^W`
  public static double expectedShare(int codebookSize, long indices) {
    return 1 - Math.pow(1 - 1.0 / codebookSize, (double) indices);
  }
}
