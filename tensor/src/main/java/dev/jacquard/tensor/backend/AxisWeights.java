package dev.jacquard.tensor.backend;

import dev.jacquard.tensor.shape.ShapeException;
import java.util.Arrays;

/// A linear map along one axis: each of `M` outputs is a weighted sum of a few of `N` inputs.
/// Immutable.
///
/// Resizing and average pooling are such maps, one for each axis; the gradient of a map is its
/// transpose.
public final class AxisWeights {
  private final int inputs;
  private final int taps;
  private final int[] indices; // [M, taps]
  private final float[] weights; // [M, taps]

  private AxisWeights(int inputs, int taps, int[] indices, float[] weights) {
    this.inputs = inputs;
    this.taps = taps;
    this.indices = indices;
    this.weights = weights;
  }

  /// A map in which every output has the same number of summands; those of weight 0 are spare.
  ///
  /// @param inputs number of inputs, `N`
  /// @param taps summands of an output, at least 1
  /// @param indices `[M, taps]`, which input each summand takes; one may occur more than once
  /// @param weights `[M, taps]`, what it is multiplied by
  /// @return the map
  /// @throws ShapeException if an index is out of range or the arrays do not fit
  public static AxisWeights of(int inputs, int taps, int[] indices, float[] weights) {
    if (taps < 1 || indices.length % taps != 0 || indices.length != weights.length) {
      throw new ShapeException(
          "axis weights: sizes do not fit; %d indices, %d weights, %d summands each"
              .formatted(indices.length, weights.length, taps));
    }
    for (int index : indices) {
      if (index < 0 || index >= inputs) {
        throw new ShapeException(
            "axis weights: index out of range; %d; need 0 to %d".formatted(index, inputs - 1));
      }
    }
    return new AxisWeights(inputs, taps, indices.clone(), weights.clone());
  }

  /// Number of inputs.
  ///
  /// @return `N`
  public int inputs() {
    return inputs;
  }

  /// Number of outputs.
  ///
  /// @return `M`
  public int outputs() {
    return indices.length / taps;
  }

  /// Summands of each output.
  ///
  /// @return at least 1
  public int taps() {
    return taps;
  }

  /// Which input a summand takes.
  ///
  /// @param output number of the output
  /// @param tap number of the summand
  /// @return 0 to `N - 1`
  public int index(int output, int tap) {
    return indices[output * taps + tap];
  }

  /// What a summand is multiplied by.
  ///
  /// @param output number of the output
  /// @param tap number of the summand
  /// @return 0 for a spare one
  public float weight(int output, int tap) {
    return weights[output * taps + tap];
  }

  /// The map from outputs back to inputs, by the same weights.
  ///
  /// @return the transpose
  public AxisWeights transposed() {
    int[] used = new int[inputs];
    for (int n = 0; n < indices.length; n++) {
      used[indices[n]] += weights[n] == 0 ? 0 : 1;
    }
    int most = Math.max(1, Arrays.stream(used).max().orElse(0));
    int[] outputs = new int[inputs * most];
    float[] factors = new float[inputs * most];
    Arrays.fill(used, 0);
    for (int n = 0; n < indices.length; n++) {
      if (weights[n] != 0) {
        int at = indices[n] * most + used[indices[n]]++;
        outputs[at] = n / taps;
        factors[at] = weights[n];
      }
    }
    return new AxisWeights(outputs(), most, outputs, factors);
  }
}
