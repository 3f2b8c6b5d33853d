package dev.jacquard.jpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Pixels of progressive and arithmetic-coded files equal those of `djpeg`, exactly.
class ProcessComparisonTest {
  private static final String[] SAMPLINGS = {
    "1x1",
    "2x1",
    "2x2",
    "1x2",
    "4x1",
    "1x4",
    "4x2",
    "3x1",
    "2x2,1x2,2x1",
    "1x1,2x2,2x2",
    "1x1,2x1,1x2"
  };
  private static int compared;

  @BeforeAll
  static void tools() {
    LibjpegTools.assumeInstalled();
  }

  @AfterAll
  static void tell() {
    System.out.println("compared progressive and arithmetic files with djpeg: " + compared);
  }

  private static Raster picture(int i, SplittableRandom random) {
    int width = 1 + random.nextInt(i % 3 == 0 ? 20 : 90);
    int height = 1 + random.nextInt(70);
    return Pictures.make(
        Pictures.Kind.values()[random.nextInt(4)], width, height, i % 5 == 0 ? 1 : 3, i);
  }

  private static List<String> options(int i, SplittableRandom random) {
    List<String> options = new ArrayList<>();
    options.addAll(List.of("-quality", Integer.toString(1 + random.nextInt(100))));
    if (i % 5 != 0) {
      options.addAll(List.of("-sample", SAMPLINGS[random.nextInt(SAMPLINGS.length)]));
    }
    switch (random.nextInt(4)) {
      case 0 -> options.addAll(List.of("-restart", 1 + random.nextInt(9) + "B"));
      case 1 -> options.addAll(List.of("-restart", Integer.toString(1 + random.nextInt(2))));
      default -> {}
    }
    return options;
  }

  @Test
  void everyProcessEqualsDjpeg() throws IOException {
    SplittableRandom random = new SplittableRandom(21);
    for (int i = 0; i < 90; i++) {
      List<String> options = options(i, random);
      options.addAll(
          switch (i % 3) {
            case 0 -> List.of("-progressive");
            case 1 -> List.of("-arithmetic");
            default -> List.of("-progressive", "-arithmetic");
          });
      byte[] file = LibjpegTools.cjpeg(picture(i, random), options.toArray(String[]::new));
      check(file, true, options.toString());
    }
  }

  @Test
  void scanScriptsThatSendAllEqualDjpeg() throws IOException {
    checkScripts(31, 60, true);
  }

  @Test
  void scanScriptsThatLeaveBitsOutAreSmoothedAsInDjpeg() throws IOException {
    checkScripts(32, 90, false);
  }

  private static void checkScripts(int seed, int n, boolean complete) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < n; i++) {
      Raster raster = picture(i, random);
      List<String> options = options(i, random);
      if (i % 2 == 0) {
        options.add("-arithmetic");
      }
      String script = ScanScripts.progressive(raster.components(), random, complete);
      byte[] file = LibjpegTools.cjpegWithScans(raster, script, options.toArray(String[]::new));
      check(file, true, raster + " " + options + "\n" + script);
    }
  }

  @Test
  void sequentialScansOfSingleComponentsEqualDjpeg() throws IOException {
    Raster raster = Pictures.make(Pictures.Kind.SCENE, 43, 37, 3, 5);
    for (String script : new String[] {"0;\n1;\n2;\n", "1 2;\n0;\n"}) {
      check(LibjpegTools.cjpegWithScans(raster, script, "-arithmetic"), true, script);
    }
  }

  @Test
  void fourComponentsEqualDjpeg() throws IOException {
    SplittableRandom random = new SplittableRandom(34);
    for (int i = 0; i < 40; i++) {
      Raster inks =
          Pictures.make(
              Pictures.Kind.values()[i % 4], 1 + random.nextInt(60), 1 + random.nextInt(50), 4, i);
      EncoderOptions options =
          EncoderOptions.defaults()
              .withQuality(1 + random.nextInt(100))
              .withSampling(Sampling.values()[random.nextInt(4)])
              .withCoding(EntropyCoding.values()[random.nextInt(3)]);
      if (i % 2 == 0) {
        options = options.withScript(ScanScript.progressive());
      }
      byte[] file = new JpegEncoder(options).encode(inks);
      check(file, true, "CMYK, " + options);
      int adobe = StrictDecodingTest.find(file, Marker.APP14);
      file[adobe + 15] = 2; // and now they are YCCK
      check(file, true, "YCCK, " + options);
    }
  }

  @Test
  void brokenFilesLookAsInDjpeg() throws IOException {
    SplittableRandom random = new SplittableRandom(33);
    List<String> different = new ArrayList<>();
    int shown = 0;
    for (int i = 0; i < 300; i++) {
      List<String> options = options(i, random);
      if (i % 3 != 1) {
        options.add("-progressive");
      }
      if (i % 3 != 0) {
        options.add("-arithmetic");
      }
      byte[] file = LibjpegTools.cjpeg(picture(i, random), options.toArray(String[]::new));
      byte[] broken = Mutations.apply(file, Math.min(file.length - 4, 400), random);
      LibjpegTools.Result expected = LibjpegTools.djpeg(broken);
      if (expected.exitCode() != 0 && expected.exitCode() != 2) {
        continue; // refused
      }
      shown++;
      Raster actual = new JpegDecoder(DecoderOptions.defaults()).decode(broken).raster();
      if (!actual.equals(LibjpegTools.fromPnm(expected.output()))) {
        different.add(i + ": " + options + " " + expected.errors());
      }
    }
    compared += shown;
    assertThat(shown).isGreaterThan(150);
    assertThat(different).isEmpty();
  }

  private static void check(byte[] file, boolean strict, String what) throws IOException {
    for (boolean smoothing : new boolean[] {true, false}) {
      String[] extra = smoothing ? new String[0] : new String[] {"-nosmooth"};
      Raster expected = LibjpegTools.fromPnm(LibjpegTools.djpeg(file, extra).output());
      DecoderOptions options =
          DecoderOptions.defaults().withStrict(strict).withSmoothing(smoothing);
      Raster actual = new JpegDecoder(options).decode(file).raster();
      assertThat(shown(actual).equals(expected)).as(what).isTrue();
      compared++;
    }
  }

  /// As `djpeg` shows it in a PNM file.
  private static Raster shown(Raster raster) {
    return raster.components() == 4 ? raster.toRgb() : raster;
  }
}
