package dev.jacquard.jpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Transcoded files equal those of `jpegtran`, byte for byte.
class JpegtranComparisonTest {
  private static final String[] SAMPLINGS = {
    "1x1", "2x1", "2x2", "1x2", "4x1", "4x2", "3x1", "2x2,1x2,2x1", "1x1,2x2,2x2", "2x2,2x1,1x1"
  };
  private static int compared;
  private static int refused;

  @BeforeAll
  static void tools() {
    LibjpegTools.assumeInstalled();
  }

  @AfterAll
  static void tell() {
    System.out.printf("compared files with jpegtran: %d, refused by both: %d%n", compared, refused);
  }

  private static Raster picture(int i, SplittableRandom random) {
    int most = i % 4 == 0 ? 20 : 70;
    return Pictures.make(
        Pictures.Kind.values()[i % 4],
        1 + random.nextInt(most),
        1 + random.nextInt(most),
        i % 5 == 0 ? 1 : 3,
        i);
  }

  private static byte[] source(int i, SplittableRandom random) throws IOException {
    Raster raster = picture(i, random);
    List<String> options = new ArrayList<>();
    options.addAll(List.of("-quality", Integer.toString(1 + random.nextInt(100))));
    if (i % 5 == 0) {
      options.addAll(i % 2 == 0 ? List.of("-sample", "2x2") : List.of());
    } else {
      options.addAll(List.of("-sample", SAMPLINGS[random.nextInt(SAMPLINGS.length)]));
      options.addAll(i % 11 == 0 ? List.of("-rgb") : List.of());
    }
    options.addAll(i % 3 == 0 ? List.of("-progressive") : List.of());
    options.addAll(i % 7 == 0 ? List.of("-arithmetic") : List.of());
    options.addAll(i % 6 == 0 ? List.of("-restart", "2B") : List.of());
    byte[] file = LibjpegTools.cjpeg(raster, options.toArray(String[]::new));
    return i % 2 == 0 ? withSegments(file, i, random) : file;
  }

  /// Adds comments and application data, before or behind the JFIF segment.
  private static byte[] withSegments(byte[] file, int i, SplittableRandom random) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    boolean jfif = file[3] == (byte) Marker.APP0;
    int at = i % 8 == 0 || !jfif ? 2 : 20;
    out.write(file, 0, at);
    if (i % 3 == 0) {
      add(out, Marker.APP1, exif(i % 4 == 0, random));
    }
    add(out, Marker.COM, "a comment");
    add(out, Marker.APP2, "ICC_PROFILE\0\1\1profile");
    if (i % 10 == 2) {
      add(out, Marker.APP0, "JFIF\0\1\2\1\0H\0H\0\0");
    }
    if (i % 10 == 4) {
      add(out, Marker.APP14, "Adobe\0d\0\0\0\0\1");
    }
    add(out, Marker.APP15, "");
    out.write(file, at, file.length - at);
    return out.toByteArray();
  }

  private static void add(ByteArrayOutputStream out, int marker, String contents) {
    byte[] data = contents.getBytes(StandardCharsets.ISO_8859_1);
    out.write(0xFF);
    out.write(marker);
    out.write((data.length + 2) >> 8);
    out.write(data.length + 2);
    out.writeBytes(data);
  }

  /// A main directory with an orientation, and an Exif directory with the size; now and then cut.
  private static String exif(boolean little, SplittableRandom random) {
    String big =
        "Exif\0\0MM\0*\0\0\0\b\0\2\1\u0012\0\3\0\0\0\1\0\6\0\0"
            + "\u0087i\0\4\0\0\0\1\0\0\0\u0026\0\0\0\0"
            + "\0\3\u0090\0\0\7\0\0\0\0040220\u00a0\2\0\3\0\0\0\1\0c\0\0\u00a0\3\0\3\0\0\0\1\0d\0\0"
            + "\0\0\0\0";
    String smaller =
        "Exif\0\0II*\0\b\0\0\0\1\0i\u0087\4\0\1\0\0\0\u001a\0\0\0\0\0\0\0"
            + "\2\0\2\u00a0\3\0\1\0\0\0c\0\0\0\3\u00a0\3\0\1\0\0\0d\0\0\0\0\0\0\0";
    String whole = little ? smaller : big;
    return random.nextInt(4) == 0 ? whole.substring(0, random.nextInt(whole.length())) : whole;
  }

  private static void check(byte[] file, String line) throws IOException {
    List<String> words = List.of(line.split(" "));
    LibjpegTools.Result expected = LibjpegTools.jpegtran(file, words.toArray(String[]::new));
    JpegTranscoder transcoder = new JpegTranscoder(JpegtranOptions.parse(words));
    if (expected.exitCode() == 1) {
      assertThat(catchThrowable(() -> transcoder.transcode(file)))
          .as("%s: %s", line, expected.errors())
          .isInstanceOfAny(JpegException.class, IllegalArgumentException.class);
      refused++;
      return;
    }
    byte[] actual = transcoder.transcode(file);
    int mismatch = Arrays.mismatch(expected.output(), actual);
    assertThat(mismatch).as("first difference; %s; %s", line, expected.errors()).isEqualTo(-1);
    compared++;
  }

  @Test
  void generatedOptionsEqualJpegtran() throws IOException {
    SplittableRandom random = new SplittableRandom(51);
    for (int i = 0; i < 200; i++) {
      byte[] file = source(i, random);
      JpegCoefficients picture = decode(file);
      for (int k = 0; k < 5; k++) {
        check(file, JpegtranOptions.random(picture.width(), picture.height(), random));
      }
    }
    assertThat(compared).isGreaterThan(700);
  }

  private static JpegCoefficients decode(byte[] file) throws JpegException {
    return new JpegDecoder(DecoderOptions.defaults()).decodeCoefficients(file).picture();
  }

  @Test
  void scanScriptsEqualJpegtran() throws IOException {
    SplittableRandom random = new SplittableRandom(52);
    Path scans = Files.createTempFile("jacquard", ".scans");
    try {
      for (int i = 0; i < 40; i++) {
        byte[] file = source(i, random);
        int components = decode(file).components().size();
        String script = ScanScripts.progressive(components, random, i % 2 == 0);
        Files.writeString(scans, script);
        check(file, "-copy all -scans " + scans + (i % 3 == 0 ? " -arithmetic" : ""));
      }
    } finally {
      Files.delete(scans);
    }
  }

  @Test
  void fourComponentsEqualJpegtran() throws IOException {
    SplittableRandom random = new SplittableRandom(53);
    for (int i = 0; i < 40; i++) {
      Raster inks = Pictures.make(Pictures.Kind.values()[i % 4], 40 + i, 61 - i, 4, i);
      EncoderOptions options =
          EncoderOptions.defaults()
              .withQuality(1 + random.nextInt(100))
              .withSampling(Sampling.values()[i % 4]);
      byte[] file = new JpegEncoder(options).encode(inks);
      if (i % 2 == 0) {
        file[StrictDecodingTest.find(file, Marker.APP14) + 15] = 2; // YCCK
      }
      check(file, JpegtranOptions.random(40 + i, 61 - i, random));
    }
  }

  @Test
  void brokenFilesAreWrittenAnewAsByJpegtran() throws IOException {
    SplittableRandom random = new SplittableRandom(54);
    for (int i = 0; i < 150; i++) {
      byte[] file = source(2 * i + 1, random);
      byte[] broken = Mutations.apply(file, Math.min(file.length - 4, 400), random);
      String line = List.of("-optimize", "-rotate 90", "-progressive", "-flip vertical").get(i % 4);
      LibjpegTools.Result expected = LibjpegTools.jpegtran(broken, line.split(" "));
      if (expected.exitCode() != 1) {
        check(broken, line);
      }
    }
  }
}
