package dev.jacquard.jpeg.color;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ResamplingTest {
  private static SamplePlane plane(int width, int... samples) {
    short[] values = new short[samples.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (short) samples[i];
    }
    return new SamplePlane(values, width, width, samples.length / width);
  }

  private static short[] row(Upsampler upsampler, int y, int width) {
    short[] out = new short[width];
    upsampler.row(y, out);
    return out;
  }

  private static SamplePlane reduce(SamplePlane in, int h, int v, int width, int height) {
    SamplePlane out = new SamplePlane(new short[width * height], width, width, height);
    Downsampler.reduce(RowKernels.best(), in, h, v, out);
    return out;
  }

  @Test
  void horizontalMeansRoundDownAndUpInTurn() {
    SamplePlane reduced = reduce(plane(4, 0, 1, 0, 1), 2, 1, 4, 1);
    // the last two means are of the repeated edge
    assertThat(reduced.samples()).containsExactly(0, 1, 1, 1);
  }

  @Test
  void meansOfFourRoundWithBiasOneAndTwo() {
    SamplePlane reduced = reduce(plane(4, 0, 1, 0, 1, 0, 1, 0, 1), 2, 2, 2, 2);
    assertThat(reduced.samples()).containsExactly(0, 1, 0, 1);
  }

  @Test
  void verticalMeansRoundHalvesUp() {
    SamplePlane reduced = reduce(plane(2, 0, 0, 1, 1), 1, 2, 2, 1);
    assertThat(reduced.samples()).containsExactly(1, 1);
  }

  @Test
  void trianglesWeighThreeToOne() {
    Upsampler upsampler = Upsampler.of(plane(3, 0, 40, 80), 1, 2, 1, 1, 8, true);
    assertThat(row(upsampler, 0, 6)).containsExactly(0, 10, 30, 50, 70, 80);
  }

  @Test
  void narrowComponentsAreRepeated() {
    Upsampler upsampler = Upsampler.of(plane(2, 0, 40), 1, 2, 1, 1, 8, true);
    assertThat(row(upsampler, 0, 4)).containsExactly(0, 0, 40, 40);
  }

  @Test
  void trianglesGoVerticallyToo() {
    Upsampler upsampler = Upsampler.of(plane(1, 0, 100), 1, 1, 1, 2, 8, true);
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
    short[] y = new short[256];
    short[] cb = new short[256];
    short[] cr = new short[256];
    new PlainRowKernels().fromRgb(rgb, 0, 256, y, cb, cr, 0);
    for (int i = 0; i < 256; i++) {
      assertThat(y[i]).isEqualTo((short) i);
      assertThat(cb[i]).isEqualTo((short) 128);
      assertThat(cr[i]).isEqualTo((short) 128);
    }
    YccConversion.toRgb(y, cb, cr, 256, 8);
    for (int i = 0; i < 256; i++) {
      assertThat(new short[] {y[i], cb[i], cr[i]}).containsOnly((short) i);
    }
  }

  @Test
  void deepSamplesAreConvertedInTheirOwnRange() {
    short[] y = {(short) 60000, 4095};
    short[] cb = {(short) 32768, 2048};
    short[] cr = {(short) 32768, 2048};
    YccConversion.toRgb(y, cb, cr, 1, 16);
    assertThat(y[0]).isEqualTo((short) 60000);
    assertThat(cr[0]).isEqualTo((short) 60000);
  }

  @Test
  void ratiosThatAreNoWholeNumberTakeTheCoveringSample() {
    Upsampler upsampler = Upsampler.of(plane(2, 10, 20), 2, 3, 1, 1, 8, true);
    assertThat(row(upsampler, 0, 3)).containsExactly(10, 10, 20);
  }
}
