package dev.jacquard.models.var;

import dev.jacquard.nn.Initializer;

/// How the parameters of next-scale transformers start, as in VAR's released code: normal with `σ =
/// √(1 / 3C)`, smaller where a branch ends and where branches are gated.
///
/// Differs: the code cuts the normal distribution at ±2, which is so far out that it cuts nothing.
public final class Initializers {
  private static final float GATES = 1e-3f; // of d16 and d20; larger models start lower
  private static final float MODULATION = 0.5f;
  private static final float HEAD = 0.02f;

  private Initializers() {}

  /// `σ` of a matrix.
  ///
  /// @param config sizes
  /// @return `√(1 / 3C)`
  public static float std(VarConfig config) {
    return (float) Math.sqrt(1.0 / (3L * config.dim()));
  }

  /// A matrix or table.
  ///
  /// @param config sizes
  /// @return normal
  public static Initializer linear(VarConfig config) {
    return Initializer.normal(std(config));
  }

  /// The last matrix of a branch.
  static Initializer branchEnd(VarConfig config) {
    return Initializer.normal((float) (std(config) / Math.sqrt(2.0 * config.nLayers())));
  }

  static Initializer head(VarConfig config) {
    return Initializer.normal(std(config) * HEAD);
  }

  static Initializer headModulation(VarConfig config) {
    return Initializer.normal(std(config) * MODULATION);
  }

  /// The layer that modulates a block: rows of gates start lower than those of scales and shifts.
  ///
  /// @param std `σ` before that
  /// @param gates number of vectors that count as gates
  /// @param vectors number of all, one after the other
  /// @return normal, by parts
  public static Initializer modulation(float std, int gates, int vectors) {
    return (parameter, random) -> {
      Initializer.normal(std).fill(parameter, random);
      float[] values = parameter.detach().toFloats();
      int end = Math.toIntExact((long) values.length * gates / vectors);
      for (int i = 0; i < values.length; i++) {
        values[i] *= i < end ? GATES : MODULATION;
      }
      parameter.copyFrom(values);
    };
  }
}
