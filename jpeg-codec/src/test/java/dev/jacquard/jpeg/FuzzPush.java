package dev.jacquard.jpeg;

import java.util.Arrays;
import java.util.SplittableRandom;

/// Fuzz target: a file pushed in pieces, with previews in between, ends as the whole file does. The
/// first byte of the input chooses the mode and the pieces.
public final class FuzzPush {
  private static final int MOST_PREVIEWS = 4;
  private static final DecoderOptions TOLERANT =
      DecoderOptions.defaults().withLimits(FuzzBudget.LIMITS);

  private FuzzPush() {}

  /// Tries one input.
  ///
  /// @param input any bytes
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    int choice = input[0] & 0xFF;
    byte[] file = Arrays.copyOfRange(input, 1, input.length);
    DecoderOptions options = TOLERANT.withStrict(choice % 2 == 1);
    FuzzBudget.isAccepted(
        file.length,
        () -> PushDecoderTest.assertSame(file, options, bytes -> push(bytes, options, choice)));
  }

  private static DecodedJpeg push(byte[] file, DecoderOptions options, int choice)
      throws JpegException {
    SplittableRandom random = new SplittableRandom(choice);
    int longest = choice < 64 ? 1 : choice;
    int previews = 0;
    PushDecoder decoder = new PushDecoder(options);
    for (int at = 0; at < file.length; ) {
      int to = Math.min(file.length, at + 1 + random.nextInt(longest));
      decoder.push(Arrays.copyOfRange(file, at, to));
      at = to;
      if (decoder.hasPicture() && previews < MOST_PREVIEWS && random.nextInt(32) == 0) {
        show(decoder);
        previews++;
      }
    }
    return decoder.finish();
  }

  private static void show(PushDecoder decoder) {
    decoder.preview();
    if (decoder.finalRows() > 0) {
      decoder.rows(0, decoder.finalRows());
    }
  }
}
