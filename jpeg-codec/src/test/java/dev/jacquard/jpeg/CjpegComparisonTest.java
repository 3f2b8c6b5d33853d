package dev.jacquard.jpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Files equal those of `cjpeg`, byte for byte.
class CjpegComparisonTest {
  private static int compared;

  @BeforeAll
  static void tools() {
    LibjpegTools.assumeInstalled();
  }

  @AfterAll
  static void tell() {
    System.out.println("compared files with cjpeg: " + compared);
  }

  @Test
  void everyQualityEqualsCjpeg() throws IOException {
    for (int quality = 1; quality <= 100; quality++) {
      Pictures.Kind kind = Pictures.Kind.values()[quality % 4];
      EncoderOptions options = EncoderOptions.defaults().withQuality(quality);
      check(Pictures.make(kind, 37, 29, 3, quality), options);
    }
  }

  @Test
  void everySamplingSizeAndRestartIntervalEqualsCjpeg() throws IOException {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 160; i++) {
      Pictures.Kind kind = Pictures.Kind.values()[random.nextInt(4)];
      int components = random.nextInt(4) == 0 ? 1 : 3;
      Raster raster =
          Pictures.make(kind, 1 + random.nextInt(70), 1 + random.nextInt(70), components, i);
      EncoderOptions options =
          EncoderOptions.defaults()
              .withQuality(1 + random.nextInt(100))
              .withSampling(Sampling.values()[i % 4])
              .withRestartInterval(random.nextInt(3) == 0 ? 0 : random.nextInt(12))
              .withGrayscale(random.nextInt(8) == 0);
      check(raster, options);
    }
  }

  @Test
  void everyProcessAndCodingEqualsCjpeg() throws IOException {
    SplittableRandom random = new SplittableRandom(8);
    for (int i = 0; i < 240; i++) {
      EncoderOptions options = randomOptions(i, random);
      if (random.nextBoolean()) {
        options = options.withScript(ScanScript.progressive());
      }
      check(randomPicture(i, random), options);
    }
  }

  @Test
  void scanScriptsEqualCjpeg() throws IOException {
    SplittableRandom random = new SplittableRandom(9);
    for (int i = 0; i < 80; i++) {
      Raster raster = randomPicture(i, random);
      EncoderOptions options = randomOptions(i, random).withColors(EncoderOptions.Colors.YCC);
      String script = ScanScripts.progressive(raster.components(), random, i % 2 == 0);
      if (i % 10 == 0 && raster.components() == 3) {
        script = "2; # chrominance first\n0 1;";
      }
      String[] cjpeg = LibjpegTools.cjpegOptions(raster, options).toArray(String[]::new);
      byte[] expected = LibjpegTools.cjpegWithScans(raster, script, cjpeg);
      byte[] actual = new JpegEncoder(options.withScript(ScanScript.parse(script))).encode(raster);
      int mismatch = Arrays.mismatch(expected, actual);
      assertThat(mismatch).as("%s; %s; %s", raster, options, script).isEqualTo(-1);
      compared++;
    }
  }

  @Test
  void longRunsOfEmptyBandsEqualCjpeg() throws IOException {
    Raster flat = Pictures.make(Pictures.Kind.FLAT, 1600, 1500, 1, 3); // 37,600 blocks
    check(flat, EncoderOptions.defaults().withScript(ScanScript.progressive()));
    Raster noise = Pictures.make(Pictures.Kind.NOISE, 300, 200, 1, 3); // many correction bits
    check(noise, EncoderOptions.defaults().withScript(ScanScript.progressive()));
  }

  private static Raster randomPicture(int i, SplittableRandom random) {
    Pictures.Kind kind = Pictures.Kind.values()[random.nextInt(4)];
    int components = i % 6 == 0 ? 1 : 3;
    return Pictures.make(kind, 1 + random.nextInt(70), 1 + random.nextInt(70), components, i);
  }

  private static EncoderOptions randomOptions(int i, SplittableRandom random) {
    int[][] factors = {
      {1, 1},
      {2, 1},
      {2, 2},
      {1, 2},
      {4, 1},
      {1, 4},
      {4, 2},
      {2, 4},
      {3, 1},
      {1, 1, 2, 2, 2, 2},
      {2, 1, 1, 2, 1, 1},
      {2, 2, 2, 1, 2, 1},
      {2, 2, 1, 2, 2, 1}
    };
    int[] f = factors[random.nextInt(factors.length)];
    List<SamplingFactor> sampling = new ArrayList<>();
    for (int k = 0; k < f.length; k += 2) {
      sampling.add(new SamplingFactor(f[k], f[k + 1]));
    }
    StreamOptions stream =
        StreamOptions.defaults().withCoding(EntropyCoding.values()[random.nextInt(3)]);
    stream =
        switch (random.nextInt(3)) {
          case 0 -> stream.withRestartInterval(random.nextInt(12));
          case 1 -> stream.withRestartRows(1 + random.nextInt(2));
          default -> stream;
        };
    EncoderOptions.Colors[] colors = EncoderOptions.Colors.values();
    return EncoderOptions.defaults()
        .withQuality(1 + random.nextInt(100))
        .withFactors(sampling)
        .withColors(colors[i % 7 < 2 ? 1 + i % 7 : 0])
        .withStream(stream);
  }

  private static void check(Raster raster, EncoderOptions options) throws IOException {
    byte[] expected = LibjpegTools.cjpeg(raster, options);
    byte[] actual = new JpegEncoder(options).encode(raster);
    int mismatch = Arrays.mismatch(expected, actual);
    assertThat(mismatch).as("first difference; %s; %s", raster, options).isEqualTo(-1);
    compared++;
  }
}
