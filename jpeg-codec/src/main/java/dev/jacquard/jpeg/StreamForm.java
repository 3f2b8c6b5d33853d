package dev.jacquard.jpeg;

/// Which of the standard's compressed data formats an encoder writes (T.81 clause 4.9).
///
/// The third format, table-specification data alone, needs no picture:
/// [JpegEncoder#encodeTables()].
public enum StreamForm {
  /// Interchange format: a file that any decoder opens.
  FULL,
  /// Abbreviated format for compressed image data: no DQT and no DHT segments; the decoder must
  /// have loaded the tables before.
  IMAGE_ONLY
}
