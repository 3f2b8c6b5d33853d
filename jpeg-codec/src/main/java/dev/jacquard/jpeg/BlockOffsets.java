package dev.jacquard.jpeg;

/// Where the blocks of one MCU after the other are (T.81 A.2): along a row they lie at equal
/// distances, so that nothing has to be divided.
final class BlockOffsets {
  private final Mcu mcu;
  private final ComponentCoefficients[] components;
  private final int[] offsets;
  private int current = -1;
  private int rowEnd = -1;

  /// The blocks of a scan.
  ///
  /// @param components by block of an MCU
  BlockOffsets(Mcu mcu, ComponentCoefficients[] components) {
    this.mcu = mcu;
    this.components = components;
    this.offsets = new int[components.length];
  }

  /// Finds the blocks of an MCU.
  ///
  /// @return by block, the index of its DC coefficient; good until the next call
  int[] of(int m) {
    if (m == current) {
      return offsets;
    }
    boolean next = m == current + 1 && m < rowEnd;
    for (int b = 0; b < offsets.length; b++) {
      offsets[b] = next ? offsets[b] + 64 * mcu.columnStep(b) : mcu.offset(components[b], m, b);
    }
    current = m;
    rowEnd = next ? rowEnd : (m / mcu.wide() + 1) * mcu.wide();
    return offsets;
  }
}
