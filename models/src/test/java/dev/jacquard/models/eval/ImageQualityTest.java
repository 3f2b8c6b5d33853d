package dev.jacquard.models.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.jacquard.models.data.Picture;
import dev.jacquard.models.data.TestPictures;
import dev.jacquard.tensor.random.RandomStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ImageQualityTest {
  private static Picture grey(int side, int value) {
    byte[] samples = new byte[side * side];
    Arrays.fill(samples, (byte) value);
    return new Picture(side, side, 1, samples);
  }

  private static Picture noisy(Picture picture, double deviation) {
    byte[] samples = picture.samples().clone();
    for (int i = 0; i < samples.length; i++) {
      double x = (samples[i] & 0xFF) + deviation * RandomStream.of(3).normal(i);
      samples[i] = (byte) Math.clamp(Math.round(x), 0, 255);
    }
    return new Picture(picture.width(), picture.height(), picture.channels(), samples);
  }

  @Test
  void aConstantOffset() {
    Picture a = grey(16, 100);
    Picture b = grey(16, 110);
    assertThat(ImageQuality.psnr(a, b)).isCloseTo(20 * Math.log10(255 / 10.0), within(1e-9));
    double c1 = 6.5025;
    double expected = (2 * 100 * 110 + c1) / (100 * 100 + 110 * 110 + c1); // no variance
    assertThat(ImageQuality.ssim(a, b)).isCloseTo(expected, within(1e-9));
  }

  @Test
  void equalPictures() {
    Picture a = TestPictures.scene(20, 17, 3, 1);
    assertThat(ImageQuality.ssim(a, a)).isCloseTo(1, within(1e-12));
    assertThat(ImageQuality.psnr(a, a)).isInfinite();
  }

  /// One window, with means first and deviations from them afterwards.
  @Test
  void oneWindowByHand() {
    Picture a = TestPictures.noise(11, 11, 1, 1);
    Picture b = TestPictures.noise(11, 11, 1, 2);
    double[] w = new double[121];
    double total = 0;
    for (int i = 0; i < 121; i++) {
      double r2 = Math.pow(i % 11 - 5, 2) + Math.pow(i / 11 - 5, 2);
      w[i] = Math.exp(-r2 / 4.5);
      total += w[i];
    }
    double ma = 0;
    double mb = 0;
    for (int i = 0; i < 121; i++) {
      w[i] /= total;
      ma += w[i] * (a.samples()[i] & 0xFF);
      mb += w[i] * (b.samples()[i] & 0xFF);
    }
    double va = 0;
    double vb = 0;
    double cov = 0;
    for (int i = 0; i < 121; i++) {
      double da = (a.samples()[i] & 0xFF) - ma;
      double db = (b.samples()[i] & 0xFF) - mb;
      va += w[i] * da * da;
      vb += w[i] * db * db;
      cov += w[i] * da * db;
    }
    double c1 = 6.5025;
    double c2 = 58.5225;
    double expected =
        (2 * ma * mb + c1) * (2 * cov + c2) / ((ma * ma + mb * mb + c1) * (va + vb + c2));
    assertThat(ImageQuality.ssim(a, b)).isCloseTo(expected, within(1e-9));
  }

  @Test
  void noiseOfKnownStrength() {
    Picture grey = grey(64, 128);
    double expected = 20 * Math.log10(255 / 10.0);
    assertThat(ImageQuality.psnr(grey, noisy(grey, 10))).isCloseTo(expected, within(.2));
    Picture scene = TestPictures.scene(32, 32, 3, 4);
    double before = 1;
    for (int deviation : new int[] {2, 5, 10, 20, 40}) {
      double ssim = ImageQuality.ssim(scene, noisy(scene, deviation));
      assertThat(ssim).isLessThan(before);
      before = ssim;
    }
  }

  @Test
  void otherSizesAreRefused() {
    assertThatThrownBy(() -> ImageQuality.psnr(grey(16, 0), grey(17, 0)))
        .hasMessageContaining("16x16x1");
    assertThatThrownBy(() -> ImageQuality.ssim(grey(10, 0), grey(10, 0)))
        .hasMessageContaining("10x10");
  }
}
