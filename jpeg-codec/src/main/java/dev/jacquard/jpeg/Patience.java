package dev.jacquard.jpeg;

/// When to try again what failed because the stream was not long enough yet: at once while little
/// is waiting, else when half as much again has come, so that all tries together cost no more than
/// a constant for each byte.
final class Patience {
  /// More than an MCU can need (T.81 B.2.3: 10 blocks of 64 coefficients).
  private static final int SOON = 4096;

  private long next;

  /// Whether to try.
  ///
  /// @param start of what is waiting
  /// @param end of what is there
  boolean isOver(int start, int end, boolean complete) {
    return complete || end - start <= SOON || end >= next;
  }

  /// Remembers a failure.
  void failed(int start, int end) {
    next = end + (end - start) / 2L;
  }
}
