package dev.jacquard.jpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/// Fuzz target: a file decoded in both modes. Strict decoding takes exactly the files that tolerant
/// decoding has nothing to say about, and both show the same picture.
public final class FuzzDecode {
  private static final DecoderOptions TOLERANT =
      DecoderOptions.defaults().withLimits(FuzzBudget.LIMITS);

  private FuzzDecode() {}

  /// Tries one input.
  ///
  /// @param file any bytes
  public static void fuzzerTestOneInput(byte[] file) {
    FuzzBudget.isAccepted(file.length, () -> JpegInspector.inspect(file));
    FuzzBudget.isAccepted(file.length, () -> JpegTables.read(file));
    FuzzBudget.isAccepted(file.length, () -> new JpegDecoder(TOLERANT).readHeader(file));
    FuzzBudget.isAccepted(file.length, () -> new JpegDecoder(TOLERANT).decodeDeep(file));
    List<DecodedJpeg> clean = new ArrayList<>();
    FuzzBudget.isAccepted(
        file.length,
        () -> {
          DecodedJpeg decoded = new JpegDecoder(TOLERANT).decode(file);
          clean.clear();
          if (decoded.warnings().isEmpty()) {
            clean.add(decoded);
          }
        });
    boolean accepted =
        FuzzBudget.isAccepted(
            file.length,
            () -> {
              DecodedJpeg decoded = new JpegDecoder(TOLERANT.withStrict(true)).decode(file);
              assertThat(clean).as("tolerant decoding without a warning").hasSize(1);
              assertThat(decoded.raster().equals(clean.getFirst().raster())).isTrue();
            });
    assertThat(accepted).as("strict decoding").isEqualTo(!clean.isEmpty());
  }
}
