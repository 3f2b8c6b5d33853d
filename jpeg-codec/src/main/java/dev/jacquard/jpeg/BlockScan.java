package dev.jacquard.jpeg;

import java.util.List;

/// The MCUs of a scan of DCT coefficients: blocks of its components (T.81 A.2).
final class BlockScan implements McuDecoder {
  private final List<BlockDecoder> decoders;
  // by block of an MCU
  private final BlockDecoder[] byBlock;
  private final ComponentCoefficients[] targets;
  private final BlockOffsets offsets;
  private final short[] savedBlocks;

  /// A scan.
  ///
  /// @param decoders by component of the scan
  /// @param components receive the coefficients that are not zero, by index in the frame
  BlockScan(
      ScanHeader scan,
      Mcu mcu,
      List<BlockDecoder> decoders,
      List<ComponentCoefficients> components) {
    this.decoders = decoders;
    this.byBlock = new BlockDecoder[mcu.blocks()];
    this.targets = new ComponentCoefficients[mcu.blocks()];
    this.savedBlocks = new short[64 * mcu.blocks()];
    for (int b = 0; b < mcu.blocks(); b++) {
      byBlock[b] = decoders.get(scan.indices().indexOf(mcu.component(b)));
      targets[b] = components.get(mcu.component(b));
    }
    this.offsets = new BlockOffsets(mcu, targets);
  }

  @Override
  public void decode(int m) throws JpegFormatException {
    int[] at = offsets.of(m);
    for (int b = 0; b < byBlock.length; b++) {
      byBlock[b].decode(targets[b].values(), at[b]);
    }
  }

  @Override
  public void restart(int m) {
    decoders.forEach(BlockDecoder::restart);
  }

  @Override
  public void save(int m) {
    decoders.forEach(BlockDecoder::save);
    int[] at = offsets.of(m);
    for (int b = 0; b < at.length; b++) {
      System.arraycopy(targets[b].values(), at[b], savedBlocks, 64 * b, 64);
    }
  }

  @Override
  public void restore(int m) {
    decoders.forEach(BlockDecoder::restore);
    int[] at = offsets.of(m);
    for (int b = 0; b < at.length; b++) {
      System.arraycopy(savedBlocks, 64 * b, targets[b].values(), at[b], 64);
    }
  }
}
