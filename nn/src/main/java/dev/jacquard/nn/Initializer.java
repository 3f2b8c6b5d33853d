package dev.jacquard.nn;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.random.RandomStream;

/// How a parameter starts.
@FunctionalInterface
public interface Initializer {
  /// Writes the first values.
  ///
  /// @param parameter contiguous f32 tensor to fill
  /// @param random numbers that belong to this parameter alone
  void fill(Tensor parameter, RandomStream random);

  /// All elements equal.
  ///
  /// @param value the value
  /// @return an initialiser
  static Initializer constant(float value) {
    return (parameter, _) -> parameter.backend().copy().fill(parameter, value);
  }

  /// Normal distribution around 0.
  ///
  /// @param std standard deviation
  /// @return an initialiser
  static Initializer normal(float std) {
    return (parameter, random) -> {
      float[] values = new float[Math.toIntExact(parameter.shape().numel())];
      for (int i = 0; i < values.length; i++) {
        values[i] = std * random.normal(i);
      }
      parameter.copyFrom(values);
    };
  }

  /// Uniform distribution on `[-bound, bound)`.
  ///
  /// @param bound largest magnitude
  /// @return an initialiser
  static Initializer uniform(float bound) {
    return (parameter, random) -> {
      float[] values = new float[Math.toIntExact(parameter.shape().numel())];
      for (int i = 0; i < values.length; i++) {
        values[i] = bound * (2 * random.uniform(i) - 1);
      }
      parameter.copyFrom(values);
    };
  }
}
