package dev.jacquard.jpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;

/// Fuzz target: a file written anew, in a way that the first four bytes of the input choose. What
/// is written is as valid as what was read, and has the same coefficients if it was not turned, cut
/// or greyed.
public final class FuzzTranscode {
  private static final int CHOICES = 4;
  private static final DecoderOptions TOLERANT =
      DecoderOptions.defaults().withLimits(FuzzBudget.LIMITS);
  private static final ScanScript[] SCRIPTS = {
    ScanScript.sequential(),
    ScanScript.progressive(),
    ScanScript.parse("0;1;2;"),
    ScanScript.parse(
        "0,1,2: 0-0, 0, 0; 0: 1-63, 0, 2; 1: 1-63, 0, 0; 2: 1-63, 0, 0;"
            + " 0: 1-63, 2, 1; 0: 1-63, 1, 0;"),
  };
  private static final Crop[] CROPS = {Crop.none(), Crop.of(9, 7, 3, 9), Crop.parse("8fx8f-1-1")};

  private FuzzTranscode() {}

  /// Tries one input.
  ///
  /// @param input any bytes
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length < CHOICES) {
      return;
    }
    TranscodeOptions options = options(input);
    byte[] file = Arrays.copyOfRange(input, CHOICES, input.length);
    FuzzBudget.isAccepted(file.length, () -> transcode(file, options));
  }

  private static void transcode(byte[] file, TranscodeOptions options) throws JpegException {
    DecodedCoefficients decoded = new JpegDecoder(TOLERANT).decodeCoefficients(file);
    JpegCoefficients before = decoded.picture();
    boolean scriptFits =
        !options.stream().script().toString().contains("ScanPlan")
            || (before.components().size() == 3 && !options.grayscale());
    byte[] written;
    try {
      written = new JpegTranscoder(options).transcode(file);
    } catch (IllegalArgumentException e) {
      assertThat(scriptFits).as("IllegalArgumentException: %s", e.getMessage()).isFalse();
      return;
    }
    JpegCoefficients after = read(written, decoded.warnings().isEmpty()).picture();
    boolean same =
        options.transformation() == Transformation.NONE
            && options.crop().equals(Crop.none())
            && !options.grayscale();
    for (int i = 0; same && i < before.components().size(); i++) {
      ComponentCoefficients c = before.components().get(i);
      assertThat(after.components().get(i).sameRows(c, 0, c.blocksHigh())).isTrue();
    }
  }

  private static DecodedCoefficients read(byte[] written, boolean strict) {
    try {
      return new JpegDecoder(DecoderOptions.defaults().withStrict(strict))
          .decodeCoefficients(written);
    } catch (JpegException e) {
      throw new AssertionError("what was written is broken", e);
    }
  }

  private static TranscodeOptions options(byte[] input) {
    EntropyCoding[] codings = EntropyCoding.values();
    StreamOptions stream =
        StreamOptions.defaults()
            .withCoding(codings[(input[0] & 0xFF) % codings.length])
            .withScript(SCRIPTS[input[1] & 3])
            .withRestartInterval((input[1] >> 2 & 3) * 3);
    if ((input[1] & 16) != 0) {
      stream = stream.withRestartRows(1);
    }
    return TranscodeOptions.defaults()
        .withStream(stream)
        .withMarkers(CopiedMarkers.values()[(input[2] & 0xFF) % CopiedMarkers.values().length])
        .withTransformation(Transformation.values()[input[3] & 7])
        .withTrim((input[3] & 8) != 0)
        .withPerfect((input[3] & 16) != 0)
        .withGrayscale((input[3] & 32) != 0)
        .withCrop(CROPS[(input[3] >> 6 & 3) % CROPS.length])
        .withDecoding(TOLERANT.withStrict((input[2] & 128) != 0));
  }
}
