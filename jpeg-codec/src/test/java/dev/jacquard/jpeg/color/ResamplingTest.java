package dev.jacquard.jpeg.color;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ResamplingTest {
  private static SamplePlane plane(int width, int... samples) {
    byte[] bytes = new byte[samples.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) samples[i];
    }
    return new SamplePlane(bytes, width, width, samples.length / width);
  }

  private static byte[] row(Upsampler upsampler, int y, int width) {
    byte[] out = new byte[width];
    upsampler.row(y, out);
    return out;
  }

  @Test
  void horizontalMeansRoundDownAndUpInTurn() {
    SamplePlane reduced = Downsampler.reduce(plane(4, 0, 1, 0, 1), 2, 1, 4, 1);
    // the last two means are of the repeated edge
    assertThat(reduced.samples()).containsExactly(0, 1, 1, 1);
  }

  @Test
  void meansOfFourRoundWithBiasOneAndTwo() {
    SamplePlane reduced = Downsampler.reduce(plane(4, 0, 1, 0, 1, 0, 1, 0, 1), 2, 2, 2, 2);
    assertThat(reduced.samples()).containsExactly(0, 1, 0, 1);
  }

  @Test
  void verticalMeansRoundHalvesUp() {
    SamplePlane reduced = Downsampler.reduce(plane(2, 0, 0, 1, 1), 1, 2, 2, 1);
    assertThat(reduced.samples()).containsExactly(1, 1);
  }

  @Test
  void trianglesWeighThreeToOne() {
    Upsampler upsampler = Upsampler.of(plane(3, 0, 40, 80), 2, 1, true);
    assertThat(row(upsampler, 0, 6)).containsExactly(0, 10, 30, 50, 70, 80);
  }

  @Test
  void narrowComponentsAreRepeated() {
    Upsampler upsampler = Upsampler.of(plane(2, 0, 40), 2, 1, true);
    assertThat(row(upsampler, 0, 4)).containsExactly(0, 0, 40, 40);
  }

  @Test
  void trianglesGoVerticallyToo() {
    Upsampler upsampler = Upsampler.of(plane(1, 0, 100), 1, 2, true);
    int[] column = new int[4];
    for (int y = 0; y < 4; y++) {
      column[y] = row(upsampler, y, 1)[0];
    }
    assertThat(column).containsExactly(0, 25, 75, 100);
  }

  @Test
  void greyStaysGreyThroughBothConversions() {
    byte[] rgb = new byte[3 * 256];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i / 3);
    }
    byte[] y = new byte[256];
    byte[] cb = new byte[256];
    byte[] cr = new byte[256];
    YccConversion.fromRgb(rgb, y, cb, cr);
    for (int i = 0; i < 256; i++) {
      assertThat(y[i]).isEqualTo((byte) i);
      assertThat(cb[i]).isEqualTo((byte) 128);
      assertThat(cr[i]).isEqualTo((byte) 128);
    }
    byte[] back = new byte[rgb.length];
    YccConversion.toRgb(y, cb, cr, back, 0, 256);
    assertThat(back).isEqualTo(rgb);
  }
}
