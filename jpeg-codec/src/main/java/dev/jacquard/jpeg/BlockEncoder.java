package dev.jacquard.jpeg;

/// Codes what a scan has of one block: the twin of [BlockDecoder].
interface BlockEncoder {
  /// Codes the next block of the component.
  ///
  /// @param values coefficients, row-major blocks
  /// @param at index of the block's DC coefficient
  void encode(short[] values, int at);

  /// Writes what is held back for a run of blocks; called before each restart marker and at the
  /// end.
  default void flush() {}

  /// Forgets predictions and statistics, as at the start of each restart interval (T.81 E.1.4).
  default void restart() {}

  /// Both, one after the other: the DC and the AC coefficients of sequential processes.
  static BlockEncoder both(BlockEncoder first, BlockEncoder second) {
    return new BlockEncoder() {
      @Override
      public void encode(short[] values, int at) {
        first.encode(values, at);
        second.encode(values, at);
      }

      @Override
      public void flush() {
        first.flush();
        second.flush();
      }

      @Override
      public void restart() {
        first.restart();
        second.restart();
      }
    };
  }
}
