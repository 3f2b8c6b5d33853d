package dev.jacquard.tensor.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VectorRotaryTest {
  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 2",
    "2, 3, 1, 8",
    "2, 7, 3, 16",
    "1, 17, 2, 24",
    "2, 33, 4, 32",
    "3, 5, 6, 64",
    "1, 130, 2, 80",
    "1, 9, 1, 128",
    "2, 31, 5, 34",
    "0, 4, 2, 8"
  })
  void turnsPairsAndBack(int b, int t, int h, int d) {
    try (Arena arena = Arena.ofShared();
        ParallelFor parallel = new ParallelFor(2)) {
      Random random = new Random(1);
      int from = 2;
      SegmentView cos = SegmentView.empty(arena, from + t, d / 2);
      SegmentView sin = SegmentView.empty(arena, from + t, d / 2);
      for (int i = 0; i < cos.shape().numel(); i++) {
        double angle = random.nextDouble() * 9;
        cos.set(i, (float) Math.cos(angle));
        sin.set(i, (float) Math.sin(angle));
      }
      SegmentView x = SegmentView.gapped(arena, 3, b, t, h, d).fill(random);
      SegmentView y = SegmentView.empty(arena, b, t, h, d);
      SegmentView back = SegmentView.empty(arena, b, t, h, d);
      VectorRotary rotary = new VectorRotary(parallel);
      rotary.rotate(x, cos, sin, from, false, y);
      rotary.rotate(y, cos, sin, from, true, back);
      double worst = 0;
      for (int i = 0; i < x.shape().numel(); i++) {
        int dim = i % d;
        int pair = dim % (d / 2);
        int position = from + i / d / h % t;
        int row = i - dim;
        double c = cos.get(position * (d / 2) + pair);
        double s = sin.get(position * (d / 2) + pair);
        double lower = x.get(row + pair);
        double upper = x.get(row + pair + d / 2);
        double expected = dim < d / 2 ? lower * c - upper * s : upper * c + lower * s;
        worst = Math.max(worst, Math.abs(y.get(i) - expected)); // NaN stays NaN and fails
        worst = Math.max(worst, Math.abs(back.get(i) - (double) x.get(i)));
      }
      assertThat(worst).isLessThan(2e-6);
    }
  }
}
