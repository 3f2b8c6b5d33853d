package dev.jacquard.jpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Transcoded files equal those that `jpegtran` of libjpeg-turbo 2.1.5 once made of the golden
/// files, where it is not installed too. A line of `golden/transcoded.txt` has the file, the
/// SHA-256 of what `jpegtran` made of it, and the options.
///
/// With `-Djacquard.jpeg.golden.write=jpeg-codec/src/test/resources/golden` the list is made anew.
class JpegtranGoldenTest {
  private static byte[] resource(String name) throws IOException {
    try (InputStream in = JpegtranGoldenTest.class.getResourceAsStream("/golden/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }

  static List<String> lines() throws IOException {
    return new String(resource("transcoded.txt"), StandardCharsets.US_ASCII).lines().toList();
  }

  @Test
  void thereAreEnoughCases() throws IOException {
    assertThat(lines()).hasSizeGreaterThan(60);
  }

  @ParameterizedTest
  @MethodSource("lines")
  void transcodesAsJpegtran(String line) throws IOException {
    String[] parts = line.split(" ", 3);
    TranscodeOptions options = JpegtranOptions.parse(List.of(parts[2].split(" ")));
    byte[] file = new JpegTranscoder(options).transcode(resource(parts[0]));
    assertThat(digest(file)).isEqualTo(parts[1]);
  }

  @Test
  void writesTheListAnew() throws IOException {
    String folder = System.getProperty("jacquard.jpeg.golden.write");
    Assumptions.assumeTrue(folder != null, "no folder given: golden list stays");
    LibjpegTools.assumeInstalled();
    SplittableRandom random = new SplittableRandom(61);
    String index = new String(resource("index.txt"), StandardCharsets.US_ASCII);
    List<String> lines = new ArrayList<>();
    for (String name : index.lines().map(l -> l.split(" ")[0]).toList()) {
      byte[] file = resource(name);
      String options = JpegtranOptions.random(20, 20, random);
      LibjpegTools.Result result = LibjpegTools.jpegtran(file, options.split(" "));
      // a segment that the file ends in is filled up by jpegtran with many end markers
      boolean filled = result.output().length > file.length + 2000;
      if (result.exitCode() != 1 && !filled) {
        lines.add(name + " " + digest(result.output()) + " " + options);
      }
    }
    Files.write(Path.of(folder, "transcoded.txt"), lines);
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
