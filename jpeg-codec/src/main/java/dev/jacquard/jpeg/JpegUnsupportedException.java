package dev.jacquard.jpeg;

/// A stream that may be right but uses a process or a size that this decoder does not offer.
public final class JpegUnsupportedException extends JpegException {
  private static final long serialVersionUID = 1L;

  JpegUnsupportedException(String problem, int offset) {
    super("jpeg: %s at byte %d".formatted(problem, offset), offset);
  }
}
