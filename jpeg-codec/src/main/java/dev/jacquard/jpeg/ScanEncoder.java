package dev.jacquard.jpeg;

import java.util.Arrays;
import java.util.List;

/// Writes the entropy-coded segments of one sequential scan and the restart markers between them
/// (T.81 E.1.3, E.1.4).
final class ScanEncoder {
  private final ByteSink out;
  private final BitWriter bits;
  private final int restartInterval;

  ScanEncoder(ByteSink out, int restartInterval) {
    this.out = out;
    this.bits = new BitWriter(out);
    this.restartInterval = restartInterval;
  }

  /// Codes all MCUs.
  ///
  /// The first component (luminance) uses the tables with number 0, the others those with number 1.
  void encode(Mcu mcu, List<ComponentCoefficients> components) {
    BlockEncoder luminance = coder(HuffmanSpec.DC_LUMINANCE, HuffmanSpec.AC_LUMINANCE);
    BlockEncoder chrominance = coder(HuffmanSpec.DC_CHROMINANCE, HuffmanSpec.AC_CHROMINANCE);
    int[] predictions = new int[components.size()];
    for (int m = 0; m < mcu.count(); m++) {
      if (restartInterval > 0 && m > 0 && m % restartInterval == 0) {
        bits.pad();
        out.writeMarker(Marker.RST0 + (m / restartInterval - 1) % 8);
        Arrays.fill(predictions, 0);
      }
      for (int b = 0; b < mcu.blocks(); b++) {
        int c = mcu.component(b);
        ComponentCoefficients coefficients = components.get(c);
        BlockEncoder coder = c == 0 ? luminance : chrominance;
        int at = mcu.offset(coefficients, m, b);
        predictions[c] = coder.encode(coefficients.values(), at, predictions[c]);
      }
    }
    bits.pad();
  }

  private BlockEncoder coder(HuffmanSpec dc, HuffmanSpec ac) {
    return new BlockEncoder(new HuffmanEncoder(dc), new HuffmanEncoder(ac), bits);
  }
}
