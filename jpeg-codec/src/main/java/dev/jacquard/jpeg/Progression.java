package dev.jacquard.jpeg;

import java.util.Arrays;

/// How many bits of each coefficient the scans so far have brought (T.81 G.1.1.1).
final class Progression {
  /// For coefficients that no scan has coded.
  static final int UNKNOWN = -1;

  // by component and place in the zig-zag sequence: the last point transform
  private final int[][] al;
  // what it was before the component's last scan
  private final int[][] before;
  private int scans;

  Progression(int components) {
    al = new int[components][64];
    before = new int[components][64];
    for (int[] row : al) {
      Arrays.fill(row, UNKNOWN);
    }
  }

  /// Enters what a scan will bring.
  ///
  /// @throws JpegFormatException if the scan's parameters cannot be, or, if strict, if they do not
  ///   continue what was there
  void enter(ScanHeader scan, Problems problems) throws JpegFormatException {
    Band band = scan.band();
    if (!band.isProgressive(scan.components().size())) {
      throw new JpegFormatException(
          band + " in a progressive scan of " + scan.components().size() + " components",
          scan.offset(),
          "G.1.1.1");
    }
    scans++;
    for (int index : scan.indices()) {
      before[index] = scans > 1 ? al[index].clone() : new int[64];
      if (band.ss() > 0 && al[index][0] == UNKNOWN) {
        problems.report("AC scan before the DC scan", scan.offset(), "G.1.1.1.1");
      }
      for (int k = band.ss(); k <= band.se(); k++) {
        if (band.ah() != Math.max(0, al[index][k])) {
          String problem = "scan with " + band + " after one with Al " + al[index][k];
          problems.report(problem, scan.offset(), "G.1.1.1.2");
        }
        al[index][k] = band.al();
      }
    }
  }

  /// The low bits of a coefficient that are still missing, or [#UNKNOWN] for all.
  ///
  /// @param k place in the zig-zag sequence
  int missing(int component, int k) {
    return al[component][k];
  }

  /// The same as it was before the component's last scan; as libjpeg has it, the first scan of the
  /// stream counts as one that came after all bits, unless it stays the only one.
  int missingBefore(int component, int k) {
    return scans > 1 ? before[component][k] : UNKNOWN;
  }

  /// Whether all bits of all coefficients are there.
  boolean isComplete() {
    return Arrays.stream(al).flatMapToInt(Arrays::stream).allMatch(bits -> bits == 0);
  }
}
