package dev.jacquard.jpeg;

import java.util.List;

/// The MCUs of a scan of DCT coefficients: blocks of its components (T.81 A.2).
final class BlockScan implements McuDecoder {
  private final Mcu mcu;
  private final List<BlockDecoder> decoders;
  // by block of an MCU
  private final BlockDecoder[] byBlock;
  private final ComponentCoefficients[] targets;
  private final int[] offsets;
  private final short[] savedBlocks;
  // the MCU that the offsets are of, and where its row ends
  private int current = -1;
  private int rowEnd = -1;

  /// A scan.
  ///
  /// @param decoders by component of the scan
  /// @param components receive the coefficients that are not zero, by index in the frame
  BlockScan(
      ScanHeader scan,
      Mcu mcu,
      List<BlockDecoder> decoders,
      List<ComponentCoefficients> components) {
    this.mcu = mcu;
    this.decoders = decoders;
    this.byBlock = new BlockDecoder[mcu.blocks()];
    this.targets = new ComponentCoefficients[mcu.blocks()];
    this.offsets = new int[mcu.blocks()];
    this.savedBlocks = new short[64 * mcu.blocks()];
    for (int b = 0; b < mcu.blocks(); b++) {
      byBlock[b] = decoders.get(scan.indices().indexOf(mcu.component(b)));
      targets[b] = components.get(mcu.component(b));
    }
  }

  @Override
  public void decode(int m) throws JpegFormatException {
    moveTo(m);
    for (int b = 0; b < byBlock.length; b++) {
      byBlock[b].decode(targets[b].values(), offsets[b]);
    }
  }

  /// Finds the blocks of an MCU; along a row they lie at equal distances.
  private void moveTo(int m) {
    boolean next = m == current + 1 && m < rowEnd;
    for (int b = 0; b < offsets.length && m != current; b++) {
      offsets[b] = next ? offsets[b] + 64 * mcu.columnStep(b) : mcu.offset(targets[b], m, b);
    }
    current = m;
    rowEnd = next ? rowEnd : (m / mcu.wide() + 1) * mcu.wide();
  }

  @Override
  public void restart(int m) {
    decoders.forEach(BlockDecoder::restart);
  }

  @Override
  public void save(int m) {
    decoders.forEach(BlockDecoder::save);
    moveTo(m);
    for (int b = 0; b < offsets.length; b++) {
      System.arraycopy(targets[b].values(), offsets[b], savedBlocks, 64 * b, 64);
    }
  }

  @Override
  public void restore(int m) {
    decoders.forEach(BlockDecoder::restore);
    moveTo(m);
    for (int b = 0; b < offsets.length; b++) {
      System.arraycopy(savedBlocks, 64 * b, targets[b].values(), offsets[b], 64);
    }
  }
}
