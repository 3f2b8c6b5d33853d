package dev.jacquard.jpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
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

  private static void check(Raster raster, EncoderOptions options) throws IOException {
    byte[] expected = LibjpegTools.cjpeg(raster, options);
    byte[] actual = new JpegEncoder(options).encode(raster);
    int mismatch = Arrays.mismatch(expected, actual);
    assertThat(mismatch).as("first difference; %s; %s", raster, options).isEqualTo(-1);
    compared++;
  }
}
