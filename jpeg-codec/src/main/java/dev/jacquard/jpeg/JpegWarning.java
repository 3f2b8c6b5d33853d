package dev.jacquard.jpeg;

/// Something wrong in a stream that tolerant decoding went past.
///
/// @param offset byte of the stream where it is
/// @param message what it is and which section of T.81 has the rule
public record JpegWarning(int offset, String message) {
  @Override
  public String toString() {
    return message;
  }
}
