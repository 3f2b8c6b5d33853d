package dev.jacquard.jpeg;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/// A line of `golden/index.txt`: a file that `cjpeg` made and what `djpeg` showed.
///
/// @param file name of the JPEG file beside the index
/// @param source how the picture and the file were made, or `-` if our encoder cannot make the file
/// @param pixels [#digest(Raster)] of what `djpeg` made of it
record GoldenCase(String file, String source, String pixels) {
  private static final String NOT_OURS = "-";

  static GoldenCase parse(String line) {
    String[] words = line.split(" ");
    return new GoldenCase(words[0], words[1], words[2]);
  }

  /// The source of a file of our own kind.
  static String source(Pictures.Kind kind, Raster raster, long seed, EncoderOptions options) {
    return "%s,%d,%d,%d,%d,%d,%s,%d,%b"
        .formatted(
            kind,
            raster.width(),
            raster.height(),
            raster.components(),
            seed,
            options.quality(),
            sampling(options),
            options.stream().restartInterval(),
            options.colors() == EncoderOptions.Colors.GREY);
  }

  private static Sampling sampling(EncoderOptions options) {
    return Arrays.stream(Sampling.values())
        .filter(s -> options.factors().equals(List.of(s.factor())))
        .findFirst()
        .orElseThrow();
  }

  boolean isOurs() {
    return !source.equals(NOT_OURS);
  }

  Raster raster() {
    String[] p = source.split(",");
    Pictures.Kind kind = Pictures.Kind.valueOf(p[0]);
    return Pictures.make(kind, number(p[1]), number(p[2]), number(p[3]), number(p[4]));
  }

  EncoderOptions options() {
    String[] p = source.split(",");
    return EncoderOptions.defaults()
        .withQuality(number(p[5]))
        .withSampling(Sampling.valueOf(p[6]))
        .withRestartInterval(number(p[7]))
        .withGrayscale(Boolean.parseBoolean(p[8]));
  }

  private static int number(String word) {
    return Integer.parseInt(word);
  }

  @Override
  public String toString() {
    return file + " " + source + " " + pixels;
  }

  /// SHA-256 of size and samples.
  static String digest(Raster raster) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(raster.toString().getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(digest.digest(raster.samples()));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
