package dev.jacquard.jpeg;

import java.util.ArrayList;
import java.util.List;

/// What to do about violations that decoding could go past: stop at the first, or collect them.
final class Problems {
  /// Enough to see what is wrong; a broken file may have one in every block.
  private static final int KEPT = 100;

  private final boolean strict;
  private final List<JpegWarning> warnings = new ArrayList<>();
  private int mcu = -1;
  private int savedWarnings;
  private int savedMcu = -1;

  Problems(boolean strict) {
    this.strict = strict;
  }

  /// Tells in which MCU of a scan decoding is, for messages; -1 outside of scans.
  void enterMcu(int number) {
    mcu = number;
  }

  /// Reports a violation.
  ///
  /// @throws JpegFormatException if decoding is strict
  void report(String problem, int offset, String section) throws JpegFormatException {
    if (!strict && warnings.size() == KEPT) {
      return;
    }
    String place = mcu < 0 ? "" : " in MCU " + mcu;
    JpegFormatException exception = new JpegFormatException(problem + place, offset, section);
    if (strict) {
      throw exception;
    }
    keep(exception);
  }

  /// Goes past an error that stops the reading of a stream whose picture is already there.
  ///
  /// @throws JpegException the error, if decoding is strict
  void reportAfterPicture(JpegException error) throws JpegException {
    if (strict) {
      throw error;
    }
    keep(error);
  }

  private void keep(JpegException exception) {
    if (warnings.size() < KEPT) {
      warnings.add(new JpegWarning(exception.offset(), String.valueOf(exception.getMessage())));
    }
  }

  /// Remembers what has been reported.
  void save() {
    savedWarnings = warnings.size();
    savedMcu = mcu;
  }

  /// Forgets what was reported since [#save()].
  void restore() {
    warnings.subList(savedWarnings, warnings.size()).clear();
    mcu = savedMcu;
  }

  boolean isStrict() {
    return strict;
  }

  List<JpegWarning> warnings() {
    return List.copyOf(warnings);
  }
}
