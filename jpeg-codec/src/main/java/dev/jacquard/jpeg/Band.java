package dev.jacquard.jpeg;

/// The part of each coefficient that a scan codes (T.81 G.1.1.1): a band of the zig-zag sequence,
/// and how many low bits come in later scans.
///
/// @param ss first coefficient `Ss` of the band, 0 for DC
/// @param se last coefficient `Se`, 0..63
/// @param ah point transform `Ah` of the scan before, 0 for the first one of the band
/// @param al point transform `Al` of this scan: the coefficients are divided by `2^Al`
record Band(int ss, int se, int ah, int al) {
  /// All of every coefficient: what a scan of a sequential process codes.
  static final Band ALL = new Band(0, 63, 0, 0);

  /// Whether the scan brings one more bit of coefficients that are known in part.
  boolean isRefinement() {
    return ah > 0;
  }

  boolean hasDc() {
    return ss == 0;
  }

  boolean hasAc() {
    return se > 0;
  }

  /// Whether a progressive scan may have these parameters (G.1.1.1.1, B.2.3).
  ///
  /// @param components in the scan
  boolean isProgressive(int components) {
    boolean dcAlone = ss == 0 && se == 0;
    boolean acAlone = ss > 0 && ss <= se && se < 64 && components == 1;
    return (dcAlone || acAlone) && al <= 13 && (ah == 0 || al == ah - 1);
  }

  @Override
  public String toString() {
    return "Ss %d, Se %d, Ah %d, Al %d".formatted(ss, se, ah, al);
  }
}
