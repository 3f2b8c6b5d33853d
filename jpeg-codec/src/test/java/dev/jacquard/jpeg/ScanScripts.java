package dev.jacquard.jpeg;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Random scan scripts in the language of `cjpeg -scans`.
final class ScanScripts {
  private ScanScripts() {}

  /// A valid progressive script: bands cut anywhere, up to three refinements, scans in any order
  /// that the standard allows.
  ///
  /// @param complete whether all bits of all coefficients are sent
  static String progressive(int components, SplittableRandom random, boolean complete) {
    List<List<String>> chains = new ArrayList<>();
    for (int c = 0; c < components; c++) {
      for (int ss = 1; ss < 64; ) {
        int se = random.nextInt(3) == 0 ? 63 : random.nextInt(ss, 64);
        chains.add(chain(Integer.toString(c), ss, se, random, complete));
        ss = se + 1;
      }
    }
    if (!complete) {
      chains.removeIf(_ -> random.nextInt(3) == 0);
    }
    String all =
        IntStream.range(0, components).mapToObj(String::valueOf).collect(Collectors.joining(","));
    List<String> dc = chain(all, 0, 0, random, complete);
    List<String> script = new ArrayList<>();
    script.add(dc.removeFirst());
    chains.add(dc);
    while (!chains.isEmpty()) {
      List<String> chain = chains.get(random.nextInt(chains.size()));
      if (chain.isEmpty()) {
        chains.remove(chain);
      } else {
        script.add(chain.removeFirst());
      }
    }
    return String.join("\n", script);
  }

  /// The scans of one band, from the high bits to the low ones.
  private static List<String> chain(
      String components, int ss, int se, SplittableRandom random, boolean complete) {
    List<String> scans = new ArrayList<>();
    int al = random.nextInt(4);
    int last = complete ? 0 : random.nextInt(al + 1);
    scans.add("%s: %d-%d, 0, %d;".formatted(components, ss, se, al));
    for (; al > last; al--) {
      scans.add("%s: %d-%d, %d, %d;".formatted(components, ss, se, al, al - 1));
    }
    return scans;
  }
}
