package dev.jacquard.jpeg;

import java.util.ArrayList;
import java.util.List;

/// The MCUs of a scan of DCT coefficients: blocks of its components (T.81 A.2).
final class BlockScan implements McuDecoder {
  private final Mcu mcu;
  private final List<BlockDecoder> byBlock = new ArrayList<>();
  private final List<ComponentCoefficients> components;
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
    this.mcu = mcu;
    this.components = components;
    this.savedBlocks = new short[64 * mcu.blocks()];
    for (int b = 0; b < mcu.blocks(); b++) {
      byBlock.add(decoders.get(scan.indices().indexOf(mcu.component(b))));
    }
  }

  @Override
  public void decode(int m) throws JpegFormatException {
    for (int b = 0; b < mcu.blocks(); b++) {
      ComponentCoefficients to = components.get(mcu.component(b));
      byBlock.get(b).decode(to.values(), mcu.offset(to, m, b));
    }
  }

  @Override
  public void restart(int m) {
    byBlock.forEach(BlockDecoder::restart);
  }

  @Override
  public void save(int m) {
    byBlock.forEach(BlockDecoder::save);
    for (int b = 0; b < mcu.blocks(); b++) {
      ComponentCoefficients from = components.get(mcu.component(b));
      System.arraycopy(from.values(), mcu.offset(from, m, b), savedBlocks, 64 * b, 64);
    }
  }

  @Override
  public void restore(int m) {
    byBlock.forEach(BlockDecoder::restore);
    for (int b = 0; b < mcu.blocks(); b++) {
      ComponentCoefficients to = components.get(mcu.component(b));
      System.arraycopy(savedBlocks, 64 * b, to.values(), mcu.offset(to, m, b), 64);
    }
  }
}
