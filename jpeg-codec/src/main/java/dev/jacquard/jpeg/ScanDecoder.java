package dev.jacquard.jpeg;

/// Reads the entropy-coded segments of one scan and the restart markers between them (T.81 E.2.3,
/// E.2.4), or makes the best of broken ones as libjpeg does.
final class ScanDecoder {
  private final EntropyReader in;
  private final McuDecoder decoder;
  private final int mcus;
  private final int restartInterval;
  private final Problems problems;
  private int next;
  // broken scans only: no more bits in this segment, blocks stay as they are until the next
  private boolean outOfData;
  private int lastGoodMcu;

  /// A decoder of one scan.
  ///
  /// @param decoder reads from `in`
  /// @param mcus number of them in the scan
  /// @param restartInterval MCUs between restart markers, 0 for none
  ScanDecoder(
      EntropyReader in, McuDecoder decoder, int mcus, int restartInterval, Problems problems) {
    this.in = in;
    this.decoder = decoder;
    this.mcus = mcus;
    this.restartInterval = restartInterval;
    this.problems = problems;
  }

  /// Decodes all MCUs.
  void decode() throws JpegFormatException {
    while (next < mcus) {
      decodeNext();
    }
    checkPadding();
    problems.enterMcu(-1);
  }

  private void decodeNext() throws JpegFormatException {
    int m = next;
    problems.enterMcu(m);
    lastGoodMcu = outOfData ? lastGoodMcu : m;
    if (restartInterval > 0 && m > 0 && m % restartInterval == 0) {
      restart((m / restartInterval - 1) % 8);
      decoder.restart(m);
    }
    if (!outOfData) {
      decoder.decode(m);
      checkForEnd();
    }
    next = outOfData && restartInterval == 0 ? mcus : m + 1; // nothing will follow
  }

  /// The last MCU that began with data left.
  int lastGoodMcu() {
    return lastGoodMcu;
  }

  private void checkForEnd() throws JpegFormatException {
    if (in.overrun()) {
      problems.report("entropy-coded segment ends early", in.offset(), "E.2.4");
      outOfData = true;
    }
  }

  private void checkPadding() throws JpegFormatException {
    if (!outOfData && !in.endsCleanly()) {
      problems.report("surplus data or padding other than 1-bits", in.offset(), "F.1.2.3");
    }
  }

  private void restart(int expected) throws JpegFormatException {
    checkPadding();
    int marker = in.nextMarker();
    boolean passed = marker == Marker.RST0 + expected;
    if (passed) {
      in.passMarker();
    } else {
      String problem = "RST%d expected, %s found".formatted(expected, Marker.name(marker));
      problems.report(problem, in.offset(), "E.2.4");
      passed = resynchronize(marker, expected);
    }
    outOfData &= !passed;
  }

  /// Decides what a wrong marker means: a marker that comes one or two too early tells that the
  /// interval before it is lost, one that is one or two late is passed over, any other restart
  /// marker is taken for the expected one; and where the scan ends, the rest is lost.
  ///
  /// @return whether data of the expected interval follows
  private boolean resynchronize(int found, int expected) {
    int marker = found;
    while (true) {
      if (Marker.isRestart(marker)) {
        int early = (marker - Marker.RST0 - expected) & 7;
        if (early == 1 || early == 2) {
          return false;
        }
        in.passMarker();
        if (early < 6) {
          return true;
        }
      } else if (marker >= Marker.SOF0) {
        return false;
      } else {
        in.passMarker();
      }
      marker = in.nextMarker();
    }
  }
}
