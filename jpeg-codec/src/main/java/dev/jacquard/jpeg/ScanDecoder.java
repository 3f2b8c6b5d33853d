package dev.jacquard.jpeg;

/// Reads the entropy-coded segments of one scan and the restart markers between them (T.81 E.2.3,
/// E.2.4), or makes the best of broken ones as libjpeg does.
final class ScanDecoder {
  private final EntropyReader in;
  private final McuDecoder decoder;
  private final int mcus;
  private final int restartInterval;
  private final Problems problems;
  private final Patience patience = new Patience();
  private int first;
  private int next;
  private int savedNext;
  private boolean savedOutOfData;
  private int savedLastGoodMcu;
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

  /// Begins in the middle of the scan.
  ///
  /// @param mcu with which the restart interval begins that is read
  ScanDecoder from(int mcu) {
    first = mcu;
    next = mcu;
    return this;
  }

  /// Ends where the next part of the scan begins, or the scan.
  void endPart() throws JpegFormatException {
    if (next == mcus) {
      decode();
    } else if (next % restartInterval == 0) {
      checkPadding();
    }
  }

  /// Decodes all MCUs and finds the marker behind them.
  void decode() throws JpegFormatException {
    while (!isDone()) {
      decodeNext();
    }
  }

  /// Decodes the MCUs before a certain one.
  void decodeTo(int mcu) throws JpegFormatException {
    while (next < mcu) {
      decodeNext();
    }
  }

  /// Decodes what can be decoded of a stream that is still growing. An MCU for which bytes are
  /// missing is undone, and tried again next time.
  ///
  /// @return whether the scan is done
  boolean advance(byte[] data, int end, boolean complete) throws JpegFormatException {
    in.extend(data, end, complete);
    boolean tries = patience.isOver(in.offset(), end, complete);
    while (tries && !isDone()) {
      save();
      try {
        decodeNext();
      } catch (JpegFormatException e) {
        if (!in.starved()) {
          throw e;
        }
      }
      if (in.starved()) {
        restore();
        patience.failed(in.offset(), end);
        return false;
      }
    }
    return isDone();
  }

  private void save() {
    in.save();
    problems.save();
    savedNext = next;
    savedOutOfData = outOfData;
    savedLastGoodMcu = lastGoodMcu;
    if (next < mcus) {
      decoder.save(next);
    }
  }

  private void restore() {
    in.restore();
    problems.restore();
    next = savedNext;
    outOfData = savedOutOfData;
    lastGoodMcu = savedLastGoodMcu;
    if (next < mcus) {
      decoder.restore(next);
    }
  }

  /// MCUs that have been decoded.
  int decoded() {
    return Math.min(next, mcus);
  }

  /// Whether all MCUs have been decoded and the marker behind them has been found.
  private boolean isDone() {
    return next > mcus;
  }

  /// Where the marker behind the scan is.
  int offset() {
    return in.offset();
  }

  /// Decodes an MCU, with the restart marker before it, or ends the scan.
  private void decodeNext() throws JpegFormatException {
    int m = next;
    if (m == mcus) {
      checkPadding();
      problems.enterMcu(-1);
      in.nextMarker();
      next++;
      return;
    }
    problems.enterMcu(m);
    lastGoodMcu = outOfData ? lastGoodMcu : m;
    if (restartInterval > 0 && m > first && m % restartInterval == 0) {
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
