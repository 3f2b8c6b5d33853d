package dev.jacquard.jpeg;

import java.util.ArrayList;
import java.util.List;

/// Writes the entropy-coded segments of one scan and the restart markers between them (T.81 E.1.3,
/// E.1.4).
final class ScanEncoder {
  private final ByteSink out;
  private final EntropyWriter segments;
  private final int restartInterval;

  /// An encoder of one scan.
  ///
  /// @param segments writes to `out`
  /// @param restartInterval MCUs between restart markers, 0 for none
  ScanEncoder(ByteSink out, EntropyWriter segments, int restartInterval) {
    this.out = out;
    this.segments = segments;
    this.restartInterval = restartInterval;
  }

  /// Codes all MCUs.
  ///
  /// @param encoders by component of the scan
  /// @param coefficients by component of the frame
  void encode(
      ScanPlan scan,
      Mcu mcu,
      List<BlockEncoder> encoders,
      List<ComponentCoefficients> coefficients) {
    List<BlockEncoder> byBlock = new ArrayList<>();
    for (int b = 0; b < mcu.blocks(); b++) {
      byBlock.add(encoders.get(scan.components().indexOf(mcu.component(b))));
    }
    for (int m = 0; m < mcu.count(); m++) {
      if (restartInterval > 0 && m > 0 && m % restartInterval == 0) {
        encoders.forEach(BlockEncoder::flush);
        segments.finish();
        out.writeMarker(Marker.RST0 + (m / restartInterval - 1) % 8);
        encoders.forEach(BlockEncoder::restart);
      }
      for (int b = 0; b < mcu.blocks(); b++) {
        ComponentCoefficients from = coefficients.get(mcu.component(b));
        byBlock.get(b).encode(from.values(), mcu.offset(from, m, b));
      }
    }
    encoders.forEach(BlockEncoder::flush);
    segments.finish();
  }
}
