package dev.jacquard.tensor.op;

import dev.jacquard.tensor.backend.AxisWeights;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntUnaryOperator;

/// Makes the maps of [Interpolation] and of average pooling.
final class Resampling {
  private Resampling() {}

  /// One input for each output.
  static AxisWeights pick(int inputs, int outputs, IntUnaryOperator source) {
    return sums(inputs, outputs, 1, i -> Math.min(source.applyAsInt(i), inputs - 1), (_, _) -> 1.0);
  }

  /// Two neighbours around a position; beyond the last pixel it repeats.
  static AxisWeights lines(int inputs, int outputs, IntToDoubleFunction position) {
    return sums(
        inputs,
        outputs,
        2,
        i -> (int) position.applyAsDouble(i),
        (i, input) -> 1 - Math.abs(position.applyAsDouble(i) - input));
  }

  /// Four neighbours around a position; beyond the edges pixels repeat.
  static AxisWeights cubics(int inputs, int outputs, IntToDoubleFunction position) {
    return sums(
        inputs,
        outputs,
        4,
        i -> (int) Math.floor(position.applyAsDouble(i)) - 1,
        (i, input) -> cubic(position.applyAsDouble(i) - input, -0.75));
  }

  /// A filter around each output's centre, normalised to 1; beyond the edges there is nothing.
  ///
  /// @param radius where the filter ends, in units of the larger of an input and an output
  static AxisWeights filter(int inputs, int outputs, int radius, DoubleUnaryOperator filter) {
    double scale = (double) inputs / outputs;
    double unit = Math.max(1, scale);
    int taps = 2 * (int) Math.ceil(radius * unit) + 1;
    int[] indices = new int[outputs * taps];
    float[] weights = new float[outputs * taps];
    for (int i = 0; i < outputs; i++) {
      double centre = (i + 0.5) * scale;
      int from = Math.max(0, (int) (centre - radius * unit + 0.5));
      int to = Math.min(inputs, (int) (centre + radius * unit + 0.5));
      double sum = 0;
      for (int j = from; j < to; j++) {
        sum += filter.applyAsDouble((j + 0.5 - centre) / unit);
      }
      for (int j = from; j < to; j++) {
        int at = i * taps + j - from;
        indices[at] = j;
        weights[at] = (float) (filter.applyAsDouble((j + 0.5 - centre) / unit) / sum);
      }
    }
    return AxisWeights.of(inputs, taps, indices, weights);
  }

  /// The mean of a range for each output.
  static AxisWeights means(int inputs, int outputs, IntUnaryOperator from, IntUnaryOperator to) {
    int taps = 1;
    for (int i = 0; i < outputs; i++) {
      taps = Math.max(taps, to.applyAsInt(i) - from.applyAsInt(i));
    }
    int[] indices = new int[outputs * taps];
    float[] weights = new float[outputs * taps];
    for (int i = 0; i < outputs; i++) {
      int size = to.applyAsInt(i) - from.applyAsInt(i);
      for (int k = 0; k < size; k++) {
        indices[i * taps + k] = from.applyAsInt(i) + k;
        weights[i * taps + k] = 1f / size;
      }
    }
    return AxisWeights.of(inputs, taps, indices, weights);
  }

  /// A window of equal weights; what lies outside counts as 0.
  static AxisWeights window(int inputs, int outputs, int size, int stride, int before) {
    int[] indices = new int[outputs * size];
    float[] weights = new float[outputs * size];
    for (int i = 0; i < outputs * size; i++) {
      int input = i / size * stride - before + i % size;
      if (input >= 0 && input < inputs) {
        indices[i] = input;
        weights[i] = 1f / size;
      }
    }
    return AxisWeights.of(inputs, size, indices, weights);
  }

  /// Keys 1981, eq. 4, with its free parameter.
  static double cubic(double x, double a) {
    double t = Math.abs(x);
    if (t <= 1) {
      return ((a + 2) * t - (a + 3)) * t * t + 1;
    }
    return t < 2 ? ((t - 5) * t + 8) * t * a - 4 * a : 0;
  }

  /// Weight of an input, which may lie beyond the edges, in an output.
  @FunctionalInterface
  private interface Weight {
    double of(int output, int input);
  }

  /// Neighbouring inputs from `first` on; those beyond the edges repeat the last pixel.
  private static AxisWeights sums(
      int inputs, int outputs, int taps, IntUnaryOperator first, Weight weight) {
    int[] indices = new int[outputs * taps];
    float[] weights = new float[outputs * taps];
    for (int n = 0; n < indices.length; n++) {
      int input = first.applyAsInt(n / taps) + n % taps;
      indices[n] = Math.clamp(input, 0, inputs - 1);
      weights[n] = (float) weight.of(n / taps, input);
    }
    return AxisWeights.of(inputs, taps, indices, weights);
  }
}
