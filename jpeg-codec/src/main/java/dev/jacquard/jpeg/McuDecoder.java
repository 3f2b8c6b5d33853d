package dev.jacquard.jpeg;

/// Decodes the MCUs of a scan, one after the other.
interface McuDecoder {
  /// Decodes an MCU.
  ///
  /// @throws JpegFormatException if strict and the data is broken
  void decode(int mcu) throws JpegFormatException;

  /// Forgets predictions and statistics at the start of a restart interval (T.81 E.2.4).
  ///
  /// @param mcu the first one of the interval
  void restart(int mcu);

  /// Remembers everything that restarting before an MCU and decoding it may change.
  ///
  /// @param mcu the next one
  void save(int mcu);

  /// Goes back to what [#save(int)] remembered.
  ///
  /// @param mcu the same one
  void restore(int mcu);
}
