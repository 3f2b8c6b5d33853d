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
  @ValueSource(ints = {1, 2, 15, 16, 17, 31, 33, 100})
  void rowsOfAnyWidthBecomeTheSameRgb(int n) {
    for (int turn = 0; turn < 50; turn++) {
      short[] y = samples(n);
      short[] cb = samples(n);
      short[] cr = samples(n);
      byte[] expected = new byte[3 * n + 10];
      byte[] actual = new byte[3 * n + 10];
      plain.toRgb(y.clone(), cb.clone(), cr.clone(), n, expected, 3);
      vector.toRgb(y, cb, cr, n, actual, 3);
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
    plain.toRgb(y.clone(), cb.clone(), cr.clone(), y.length, expected, 0);
    vector.toRgb(y, cb, cr, y.length, actual, 0);
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
}
