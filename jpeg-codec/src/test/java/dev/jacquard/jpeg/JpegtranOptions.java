package dev.jacquard.jpeg;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/// Command lines of `jpegtran` and what they mean to our transcoder.
final class JpegtranOptions {
  private static final List<String> TURNS =
      List.of(
          "-flip horizontal",
          "-flip vertical",
          "-transpose",
          "-transverse",
          "-rotate 90",
          "-rotate 180",
          "-rotate 270");

  private JpegtranOptions() {}

  static TranscodeOptions parse(List<String> words) throws IOException {
    TranscodeOptions options = TranscodeOptions.defaults();
    StreamOptions stream = StreamOptions.defaults();
    for (int i = 0; i < words.size(); i++) {
      String next = i + 1 < words.size() ? words.get(i + 1) : "";
      switch (words.get(i)) {
        case "-copy" ->
            options = options.withMarkers(CopiedMarkers.valueOf(next.toUpperCase(Locale.ROOT)));
        case "-optimize" -> stream = stream.withCoding(EntropyCoding.OPTIMIZED_HUFFMAN);
        case "-arithmetic" -> stream = stream.withCoding(EntropyCoding.ARITHMETIC);
        case "-progressive" -> stream = stream.withScript(ScanScript.progressive());
        case "-scans" ->
            stream = stream.withScript(ScanScript.parse(Files.readString(Path.of(next))));
        case "-restart" ->
            stream =
                next.endsWith("B")
                    ? stream.withRestartInterval(number(next.replace("B", "")))
                    : stream.withRestartRows(number(next));
        case "-flip", "-rotate" ->
            options =
                options.withTransformation(
                    Transformation.valueOf(
                        (words.get(i).substring(1) + "_" + next).toUpperCase(Locale.ROOT)));
        case "-transpose" -> options = options.withTransformation(Transformation.TRANSPOSE);
        case "-transverse" -> options = options.withTransformation(Transformation.TRANSVERSE);
        case "-crop" -> options = options.withCrop(Crop.parse(next));
        case "-trim" -> options = options.withTrim(true);
        case "-perfect" -> options = options.withPerfect(true);
        case "-grayscale" -> options = options.withGrayscale(true);
        default -> {
          if (words.get(i).startsWith("-")) {
            throw new AssertionError(words.get(i));
          }
        }
      }
    }
    return options.withStream(stream);
  }

  private static int number(String text) {
    return Integer.parseInt(text);
  }

  /// A random command line without scan scripts.
  ///
  /// @param width of the picture, for rectangles that fit
  static String random(int width, int height, SplittableRandom random) {
    StringBuilder line = new StringBuilder();
    line.append(" -copy ").append(pick(random, "none", "comments", "all", "icc"));
    line.append(pick(random, "", "", "", " -optimize", " -arithmetic"));
    line.append(pick(random, "", "", "", " -progressive"));
    line.append(pick(random, "", "", " -restart 1", " -restart 3B", " -restart 2", " -restart 1B"));
    boolean turns = random.nextInt(6) > 0;
    String turn = TURNS.get(random.nextInt(TURNS.size()));
    line.append(turns ? " " + turn : "");
    line.append(pick(random, "", "", " -trim", " -trim", " -perfect"));
    line.append(pick(random, "", "", "", "", " -grayscale"));
    if (random.nextInt(3) == 0) {
      boolean turned =
          turns && (turn.contains("trans") || turn.endsWith(" 90") || turn.endsWith("270"));
      line.append(" -crop ").append(crop(turned ? height : width, turned ? width : height, random));
    }
    return line.toString().strip();
  }

  private static String crop(int width, int height, SplittableRandom random) {
    int x = random.nextInt(width);
    int y = random.nextInt(height);
    int w = 1 + random.nextInt(width - x);
    int h = 1 + random.nextInt(height - y);
    return switch (random.nextInt(5)) {
      case 0 -> "+%d+%d".formatted(x, y);
      case 1 -> "%dx%d".formatted(w, h);
      case 2 -> "%dfx%df+%d-%d".formatted(w, h, x, y);
      case 3 -> "%dx%d-%d-%d".formatted(w, h, x, y);
      default -> "%dx%d+%d+%d".formatted(w, h, x, y);
    };
  }

  private static String pick(SplittableRandom random, String... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
