package dev.jacquard.jpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Pixels equal those of `djpeg`, exactly.
class DjpegComparisonTest {
  private static int compared;

  @BeforeAll
  static void tools() {
    LibjpegTools.assumeInstalled();
  }

  @AfterAll
  static void tell() {
    System.out.println("compared decoded files with djpeg: " + compared);
  }

  @Test
  void everyQualityEqualsDjpeg() throws IOException {
    for (int quality = 1; quality <= 100; quality++) {
      Pictures.Kind kind = Pictures.Kind.values()[quality % 4];
      EncoderOptions options = EncoderOptions.defaults().withQuality(quality);
      check(new JpegEncoder(options).encode(Pictures.make(kind, 45, 31, 3, quality)));
    }
  }

  @Test
  void everySamplingSizeAndRestartIntervalEqualsDjpeg() throws IOException {
    SplittableRandom random = new SplittableRandom(11);
    for (int i = 0; i < 160; i++) {
      Pictures.Kind kind = Pictures.Kind.values()[random.nextInt(4)];
      int components = random.nextInt(4) == 0 ? 1 : 3;
      int width = 1 + random.nextInt(i % 2 == 0 ? 9 : 70);
      Raster raster = Pictures.make(kind, width, 1 + random.nextInt(70), components, i);
      EncoderOptions options =
          EncoderOptions.defaults()
              .withQuality(1 + random.nextInt(100))
              .withSampling(Sampling.values()[i % 4])
              .withRestartInterval(random.nextInt(12));
      check(new JpegEncoder(options).encode(raster));
    }
  }

  @Test
  void unusualSamplingFactorsEqualDjpeg() throws IOException {
    String[] factors = {
      "4x1",
      "1x4",
      "4x2",
      "2x4",
      "3x1",
      "1x3",
      "2x2,1x2,2x1",
      "1x1,2x2,2x2",
      "2x1,1x2,1x1",
      "1x2,1x1,1x2",
      "2x2,2x1,2x1",
      "4x1,2x1,1x1",
      "3x2,1x2,1x1"
    };
    for (String factor : factors) {
      for (int width : new int[] {3, 33, 50}) {
        Raster raster = Pictures.make(Pictures.Kind.SCENE, width, 29, 3, width);
        check(LibjpegTools.cjpeg(raster, "-sample", factor));
      }
    }
  }

  @Test
  void scansOfSingleComponentsAndColorsWithoutConversionEqualDjpeg() throws IOException {
    Raster raster = Pictures.make(Pictures.Kind.SCENE, 43, 37, 3, 5);
    check(LibjpegTools.cjpeg(raster, "-rgb"));
    check(LibjpegTools.cjpeg(raster, "-optimize"));
    check(LibjpegTools.cjpegWithScans(raster, "0;\n1;\n2;\n"));
    check(LibjpegTools.cjpegWithScans(raster, "1 2;\n0;\n"));
  }

  @Test
  void brokenFilesLookAsInDjpeg() throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    List<String> different = new ArrayList<>();
    int shown = 0;
    for (int i = 0; i < 300; i++) {
      byte[] file = broken(random, i);
      LibjpegTools.Result expected = LibjpegTools.djpeg(file);
      if (expected.exitCode() != 0 && expected.exitCode() != 2) {
        continue; // refused
      }
      shown++;
      Raster actual = new JpegDecoder(DecoderOptions.defaults()).decode(file).raster();
      if (!actual.equals(LibjpegTools.fromPnm(expected.output()))) {
        different.add(i + ": " + expected.errors());
      }
    }
    assertThat(shown).isGreaterThan(200);
    assertThat(different).isEmpty();
    compared += shown;
  }

  /// A file whose scan has a few bytes changed, taken out or doubled, or its end cut off.
  private static byte[] broken(SplittableRandom random, int i) {
    Raster raster = Pictures.make(Pictures.Kind.values()[i % 2], 70, 50, 3, i);
    EncoderOptions options =
        EncoderOptions.defaults()
            .withQuality(5 + random.nextInt(90))
            .withSampling(Sampling.values()[i % 4])
            .withRestartInterval(i % 3 == 0 ? 0 : 1 + random.nextInt(4));
    byte[] file = new JpegEncoder(options).encode(raster);
    int scan = 640 + 140; // past all headers, also with 16-bit tables
    return Mutations.apply(file, scan, random);
  }

  private static void check(byte[] file) throws IOException {
    for (boolean smoothing : new boolean[] {true, false}) {
      String[] extra = smoothing ? new String[0] : new String[] {"-nosmooth"};
      Raster expected = LibjpegTools.fromPnm(LibjpegTools.djpeg(file, extra).output());
      DecoderOptions options = DecoderOptions.defaults().withStrict(true).withSmoothing(smoothing);
      Raster actual = new JpegDecoder(options).decode(file).raster();
      assertThat(actual).isEqualTo(expected);
      compared++;
    }
  }
}
