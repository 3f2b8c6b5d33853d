package dev.jacquard.models.jpeglm;

import java.util.Arrays;

/// The part of a picture's stream that serves as prompt: a share of its MCUs from the top.
///
/// The paper counts in groups of 8 MCUs, each of which ends with the marker RST7: with ratio r and
/// G groups, all up to and including the `int(G · r)`-th `FF D7` is kept. A 256x256 picture in
/// 4:2:0 has 32 groups, two to a row of MCUs. At r = 1 the whole string is kept, EOI too: the last
/// group is followed by no marker.
///
/// Han et al. 2024 (arXiv:2408.08459) and the script released with it. Differs: pictures of fewer
/// than 8 groups are counted in MCUs, all up to and including the marker after MCU `int(mcuCount ·
/// r)`; where the paper's rule cuts between groups this cuts at the same byte. Differs: if a ratio
/// above 0 comes to no group at all, nothing is kept, where the script keeps everything by
/// accident.
public final class JpegPrefix {
  private static final int GROUP = 8; // MCUs from one RST7 to the next
  private static final int FEWEST_GROUPS = 8;

  private final StreamFormat format;

  /// Makes the prefixes of a format.
  ///
  /// @param format of the streams to cut
  public JpegPrefix(StreamFormat format) {
    this.format = format;
  }

  /// How many MCUs a ratio keeps.
  ///
  /// @param ratio 0 to 1
  /// @return 0 to the format's number of MCUs
  /// @throws IllegalArgumentException if the ratio is out of range
  public int mcus(double ratio) {
    if (!(ratio >= 0 && ratio <= 1)) {
      throw new IllegalArgumentException("prefix: ratio out of range; " + ratio + "; need 0 to 1");
    }
    int all = format.mcuCount();
    int groups = all / GROUP;
    if (ratio == 1) {
      return all;
    }
    return groups < FEWEST_GROUPS ? (int) (all * ratio) : GROUP * (int) (groups * ratio);
  }

  /// Cuts a stream.
  ///
  /// @param stream of the format
  /// @param ratio 0 to 1
  /// @return its first bytes: none if no MCU is kept, else header and MCUs up to and including a
  ///   restart marker, or the whole stream if it has fewer markers than that
  /// @throws IllegalArgumentException if the ratio is out of range
  public byte[] keep(byte[] stream, double ratio) {
    int mcus = mcus(ratio);
    if (mcus == 0) {
      return new byte[0];
    }
    int seen = 0;
    for (int i = 0; i + 1 < stream.length; i++) {
      boolean restart = (stream[i] & 0xFF) == 0xFF && (stream[i + 1] & 0xF8) == 0xD0;
      if (restart && ++seen == mcus) {
        return Arrays.copyOf(stream, i + 2);
      }
    }
    return stream.clone();
  }
}
