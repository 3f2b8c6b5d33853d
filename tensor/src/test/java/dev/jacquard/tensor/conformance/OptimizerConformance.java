package dev.jacquard.tensor.conformance;

import dev.jacquard.tensor.backend.OptimizerKernels.AdamWStep;
import dev.jacquard.tensor.shape.Shape;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `OptimizerKernels`: several steps, so that moments and bias correction take part.
public interface OptimizerConformance {
  Lab lab();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 7, 17, 31, 33, 1000, 100_003})
  default void adamWFollowsTheFormula(int size) {
    int steps = 5;
    Shape shape = Shape.of(size);
    double[] start = Numbers.normal("p", size);
    double[][] gradients = new double[steps][];
    for (int t = 0; t < steps; t++) {
      gradients[t] = Numbers.normal("g" + t, size);
    }
    List<float[]> actual =
        lab()
            .run(
                (be, out) -> {
                  Lab.write(out[0], start);
                  Lab.write(out[1], new double[size]);
                  Lab.write(out[2], new double[size]);
                  for (int t = 0; t < steps; t++) {
                    AdamWStep step = new AdamWStep(1e-2f, 0.9f, 0.95f, 1e-8f, 0.1f, t + 1, 0.5f);
                    be.optimizer()
                        .adamW(
                            out[0],
                            Layout.PLAIN.lay(be, shape, gradients[t]),
                            out[1],
                            out[2],
                            step);
                  }
                },
                shape,
                shape,
                shape);
    double[] p = start.clone();
    double[] m = new double[size];
    double[] v = new double[size];
    for (int t = 1; t <= steps; t++) {
      for (int i = 0; i < size; i++) {
        double g = 0.5 * gradients[t - 1][i];
        m[i] = 0.9 * m[i] + 0.1 * g;
        v[i] = 0.95 * v[i] + 0.05 * g * g;
        double mHat = m[i] / (1 - Math.pow(0.9, t));
        double vHat = v[i] / (1 - Math.pow(0.95, t));
        p[i] = p[i] - 1e-2 * 0.1 * p[i] - 1e-2 * mHat / (Math.sqrt(vHat) + 1e-8);
      }
    }
    Expect.close("adamW p " + size, actual.get(0), p, 1e-6, 1e-6);
    Expect.close("adamW m " + size, actual.get(1), m, 1e-6, 1e-6);
    Expect.close("adamW v " + size, actual.get(2), v, 2e-6, 1e-6);
  }
}
