package dev.jacquard.jpeg;

/// Decodes what a scan has of one block: the DC coefficient, a band of AC coefficients, or one more
/// bit of either. There is one for each component of the scan, since each predicts for itself.
interface BlockDecoder {
  /// Decodes the next block of the component.
  ///
  /// @param values coefficients, row-major blocks; receives those that are not zero
  /// @param at index of the block's DC coefficient
  /// @throws JpegFormatException if strict and the data is broken
  void decode(short[] values, int at) throws JpegFormatException;

  /// Forgets predictions and statistics, as at the start of each restart interval (T.81 E.2.4).
  default void restart() {}

  /// Remembers predictions and statistics.
  default void save() {}

  /// Goes back to what [#save()] remembered.
  default void restore() {}

  /// Both, one after the other: the DC and the AC coefficients of sequential processes.
  static BlockDecoder both(BlockDecoder first, BlockDecoder second) {
    return new BlockDecoder() {
      @Override
      public void decode(short[] values, int at) throws JpegFormatException {
        first.decode(values, at);
        second.decode(values, at);
      }

      @Override
      public void restart() {
        first.restart();
        second.restart();
      }

      @Override
      public void save() {
        first.save();
        second.save();
      }

      @Override
      public void restore() {
        first.restore();
        second.restore();
      }
    };
  }
}
