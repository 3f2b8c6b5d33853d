package dev.jacquard.jpeg;

/// A stream that breaks a rule of T.81; the message ends with the section that has the rule.
public final class JpegFormatException extends JpegException {
  private static final long serialVersionUID = 1L;

  JpegFormatException(String problem, int offset, String section) {
    super("jpeg: %s at byte %d; T.81 %s".formatted(problem, offset, section), offset);
  }
}
