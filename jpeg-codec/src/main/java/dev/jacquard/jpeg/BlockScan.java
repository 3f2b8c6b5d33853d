package dev.jacquard.jpeg;

import java.util.ArrayList;
import java.util.List;

/// The MCUs of a scan of DCT coefficients: blocks of its components (T.81 A.2).
final class BlockScan implements McuDecoder {
  private final Mcu mcu;
  private final List<BlockDecoder> byBlock = new ArrayList<>();
  private final List<ComponentCoefficients> components;

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
}
