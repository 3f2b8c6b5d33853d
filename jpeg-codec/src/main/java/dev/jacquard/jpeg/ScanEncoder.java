package dev.jacquard.jpeg;

import java.util.List;

/// Writes the entropy-coded segments of one scan and the restart markers between them (T.81 E.1.3,
/// E.1.4).
final class ScanEncoder {
  private final ByteSink out;
  private final EntropyWriter segments;
  private final int restartInterval;
  private final List<BlockEncoder> encoders;
  private final BlockEncoder[] byBlock;
  private final ComponentCoefficients[] sources;
  private final BlockOffsets offsets;
  private int next;

  /// An encoder of one scan.
  ///
  /// @param segments writes to `out`
  /// @param restartInterval MCUs between restart markers, 0 for none
  /// @param encoders by component of the scan
  /// @param coefficients by component of the frame; what they hold when an MCU's turn comes counts
  ScanEncoder(
      ByteSink out,
      EntropyWriter segments,
      int restartInterval,
      ScanPlan scan,
      Mcu mcu,
      List<BlockEncoder> encoders,
      List<ComponentCoefficients> coefficients) {
    this.out = out;
    this.segments = segments;
    this.restartInterval = restartInterval;
    this.encoders = encoders;
    this.byBlock = new BlockEncoder[mcu.blocks()];
    this.sources = new ComponentCoefficients[mcu.blocks()];
    for (int b = 0; b < byBlock.length; b++) {
      byBlock[b] = encoders.get(scan.components().indexOf(mcu.component(b)));
      sources[b] = coefficients.get(mcu.component(b));
    }
    this.offsets = new BlockOffsets(mcu, sources);
  }

  /// Codes the MCUs before a certain one.
  void encodeTo(int end) {
    for (; next < end; next++) {
      if (restartInterval > 0 && next > 0 && next % restartInterval == 0) {
        finish();
        out.writeMarker(Marker.RST0 + (next / restartInterval - 1) % 8);
        encoders.forEach(BlockEncoder::restart);
      }
      int[] at = offsets.of(next);
      for (int b = 0; b < byBlock.length; b++) {
        byBlock[b].encode(sources[b].values(), at[b]);
      }
    }
  }

  /// Ends the last segment.
  void finish() {
    encoders.forEach(BlockEncoder::flush);
    segments.finish();
  }
}
