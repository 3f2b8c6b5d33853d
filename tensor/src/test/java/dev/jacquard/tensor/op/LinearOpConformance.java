package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.conformance.Lab;
import dev.jacquard.tensor.conformance.Layout;
import dev.jacquard.tensor.conformance.Numbers;
import dev.jacquard.tensor.conformance.OpCheck;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// `x · Wᵀ` for rows of any leading shape.
public interface LinearOpConformance {
  Lab lab();

  @ParameterizedTest
  @CsvSource({"1, 1, 1, 1", "2, 3, 17, 31", "3, 11, 33, 7", "1, 100, 64, 65", "0, 3, 4, 5"})
  default void linearMultipliesByTheTransposedWeight(int b, int t, int in, int out) {
    new OpCheck(lab(), "linear %d %d %d %d".formatted(b, t, in, out))
        .input(b, t, in)
        .input(out, in)
        .tolerance(2e-5) // gradients of the weight are sums over up to 100 rows
        .run(
            x -> LinearOp.apply(x[0], x[1]),
            x -> {
              double[] y = new double[b * t * out];
              for (int i = 0; i < y.length; i++) {
                for (int c = 0; c < in; c++) {
                  y[i] += x[0][i / out * in + c] * x[1][i % out * in + c];
                }
              }
              return y;
            },
            b,
            t,
            out);
  }

  /// A frozen layer passes the gradient of its input on.
  @ParameterizedTest
  @EnumSource(names = {"BF16", "F16", "Q8_0", "Q4_0"})
  default void linearMultipliesByAStoredWeight(DType type) {
    int in = 64;
    int out = 35;
    double[] start = Numbers.normal("linear stored", out * in, 0.5);
    Tensor weight = Layout.PLAIN.lay(lab().backend(), Shape.of(out, in), start);
    Tensor narrow = weight.to(type);
    Tensor wide = narrow.to(DType.F32);
    float[] w = wide.toFloats();
    List.of(weight, narrow, wide).forEach(t -> t.storage().release());
    new OpCheck(lab(), "linear " + type)
        .input(3, 2, in)
        .run(
            x -> {
              Tensor stored = Tensor.of(x[0].backend(), Shape.of(out, in), w).to(type);
              return LinearOp.apply(x[0], stored);
            },
            x -> {
              double[] y = new double[3 * 2 * out];
              for (int i = 0; i < y.length; i++) {
                for (int c = 0; c < in; c++) {
                  y[i] += x[0][i / out * in + c] * w[i % out * in + c];
                }
              }
              return y;
            },
            3,
            2,
            out);
  }
}
