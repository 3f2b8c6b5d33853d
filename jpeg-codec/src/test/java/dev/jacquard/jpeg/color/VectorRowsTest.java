package dev.jacquard.jpeg.color;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Rows by vectors equal rows by plain loops.
class VectorRowsTest {
  private final SplittableRandom random = new SplittableRandom(11);
  private final RowKernels plain = new PlainRowKernels();
  private final RowKernels vector = new VectorRowKernels();

  private short[] samples(int n) {
    short[] samples = new short[n];
    for (int i = 0; i < n; i++) {
      samples[i] = (short) (random.nextInt(4) == 0 ? 255 * random.nextInt(2) : random.nextInt(256));
    }
    return samples;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 15, 16, 17, 31, 33, 100, 1024, 1030, 2500})
  void rowsOfAnyWidthBecomeTheSameRgb(int n) {
    for (int turn = 0; turn < 50; turn++) {
      short[] y = samples(n);
      short[] cb = samples(n);
      short[] cr = samples(n);
      byte[] expected = new byte[3 * n + 10];
      byte[] actual = new byte[3 * n + 10];
      plain.toRgb(y.clone(), 0, cb.clone(), cr.clone(), n, expected, 3);
      vector.toRgb(y, 0, cb, cr, n, actual, 3);
      assertThat(actual).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 64, 128, 192})
  void everyChrominanceGivesTheSameColours(int luma) {
    short[] y = new short[1 << 16];
    short[] cb = new short[y.length];
    short[] cr = new short[y.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = (short) luma;
      cb[i] = (short) (i & 0xFF);
      cr[i] = (short) (i >> 8);
    }
    byte[] expected = new byte[3 * y.length];
    byte[] actual = new byte[expected.length];
    plain.toRgb(y.clone(), 0, cb.clone(), cr.clone(), y.length, expected, 0);
    vector.toRgb(y, 0, cb, cr, y.length, actual, 0);
    assertThat(actual).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 8, 15, 16, 17, 33})
  void trianglesAreTheSame(int width) {
    int height = 5;
    SamplePlane plane = new SamplePlane(samples(width * height), width, width, height);
    for (int expand : new int[] {12, 21, 22}) {
      int h = expand / 10;
      int v = expand % 10;
      Upsampler expected = new TriangleUpsampler(plane, h, v);
      Upsampler actual = new VectorTriangleUpsampler(plane, h, v);
      for (int y = 0; y < v * height; y++) {
        short[] a = new short[h * width];
        short[] b = new short[h * width];
        expected.row(y, a);
        actual.row(y, b);
        assertThat(b).as("%d x %d, row %d", h, v, y).isEqualTo(a);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 15, 16, 17, 40, 1024, 1030, 2100})
  void rgbOfAnyWidthBecomesTheSameComponents(int n) {
    for (int turn = 0; turn < 20; turn++) {
      byte[] rgb = new byte[3 * n + 4];
      short[] values = samples(rgb.length);
      for (int i = 0; i < rgb.length; i++) {
        rgb[i] = (byte) values[i];
      }
      assertSameComponents(rgb, 2, n);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 127, 200, 255})
  void everyColourGivesTheSameComponents(int red) {
    byte[] rgb = new byte[3 << 16];
    for (int i = 0; i < 1 << 16; i++) {
      rgb[3 * i] = (byte) red;
      rgb[3 * i + 1] = (byte) i;
      rgb[3 * i + 2] = (byte) (i >> 8);
    }
    assertSameComponents(rgb, 0, 1 << 16);
  }

  private void assertSameComponents(byte[] rgb, int from, int n) {
    short[][] expected = new short[3][n + 5];
    short[][] actual = new short[3][n + 5];
    plain.fromRgb(rgb, from, n, expected[0], expected[1], expected[2], 3);
    vector.fromRgb(rgb, from, n, actual[0], actual[1], actual[2], 3);
    assertThat(actual).isDeepEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 9, 40})
  void meansOfFourAreTheSame(int n) {
    short[] samples = samples(4 * n);
    short[] expected = new short[n + 2];
    short[] actual = new short[n + 2];
    plain.meanOfFour(samples, 0, 2 * n, n, expected, 1);
    vector.meanOfFour(samples, 0, 2 * n, n, actual, 1);
    assertThat(actual).isEqualTo(expected);
  }
}
