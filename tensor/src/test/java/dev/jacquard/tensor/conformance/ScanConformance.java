package dev.jacquard.tensor.conformance;

import dev.jacquard.tensor.shape.Shape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `ScanKernels`: both directions, every layout.
public interface ScanConformance {
  Lab lab();

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "3, 7, 17", "2, 33, 1", "1, 500, 64", "5, 1, 3", "2, 4, 20000", "3, 0, 2"})
  default void recurrenceRunsBothWays(int outer, int length, int inner) {
    Shape shape = Shape.of(outer, length, inner);
    double[] a = Numbers.normal("scan a", shape.numel(), 0.7);
    double[] b = Numbers.normal("scan b", shape.numel());
    for (boolean reverse : new boolean[] {false, true}) {
      double[] expected = new double[a.length];
      for (int n = 0; n < a.length; n++) {
        // Element number n of the direction of travel.
        int step = n / inner % length;
        int at = reverse ? n + (length - 1 - 2 * step) * inner : n;
        double before = step == 0 ? 0.5 : expected[reverse ? at + inner : at - inner];
        expected[at] = a[at] * before + b[at];
      }
      for (Layout layout : Layout.values()) {
        float[] y =
            lab()
                .runOne(
                    shape,
                    (be, out) ->
                        be.scan()
                            .recurrence(
                                layout.lay(be, shape, a),
                                layout.lay(be, shape, b),
                                0.5f,
                                reverse,
                                out[0]));
        Expect.close("recurrence %s %s %s".formatted(shape, reverse, layout), y, expected);
      }
    }
  }
}
