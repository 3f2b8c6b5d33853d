package dev.jacquard.tensor.backend.cpu;

import dev.jacquard.tensor.backend.ConvolutionGeometry;
import java.util.ArrayList;
import java.util.List;

/// Along one axis of a transposed convolution: which outputs and weights meet at an input position.
///
/// Input `i` meets output `o` by weight `k` if `o · stride + k · dilation - before = i`. Positions
/// of the same remainder by the stride (a *phase*) meet the same weights, at outputs that advance
/// with them: input `first + j · stride` meets output `j + start` by each weight of the phase.
record ConvolutionPhases(List<Phase> phases, int firstOutput, int endOutput) {
  /// One remainder.
  static final class Phase {
    private final int first;
    private final int count;
    private final int[] weights;
    private final int[] starts;

    private Phase(int first, int count, int[] weights, int[] starts) {
      this.first = first;
      this.count = count;
      this.weights = weights;
      this.starts = starts;
    }

    /// The first input position, less than the stride.
    int first() {
      return first;
    }

    /// Number of input positions.
    int count() {
      return count;
    }

    /// The weights that they meet.
    int[] weights() {
      return weights;
    }

    /// For each weight the output that the first position meets; may lie outside.
    int[] starts() {
      return starts;
    }
  }

  static ConvolutionPhases rows(ConvolutionGeometry g, int height, int kernel) {
    return of(height, kernel, g.strideY(), g.dilationY(), g.top());
  }

  static ConvolutionPhases columns(ConvolutionGeometry g, int width, int kernel) {
    return of(width, kernel, g.strideX(), g.dilationX(), g.left());
  }

  private static ConvolutionPhases of(int size, int kernel, int stride, int dilation, int before) {
    List<Phase> phases = new ArrayList<>();
    int firstOutput = 0;
    int endOutput = 1;
    for (int first = 0; first < Math.min(stride, size); first++) {
      int count = (size - first + stride - 1) / stride;
      List<Integer> weights = new ArrayList<>();
      for (int k = 0; k < kernel; k++) {
        if (Math.floorMod(first + before - k * dilation, stride) == 0) {
          weights.add(k);
        }
      }
      int[] met = weights.stream().mapToInt(Integer::intValue).toArray();
      int[] starts = new int[met.length];
      for (int t = 0; t < met.length; t++) {
        starts[t] = Math.floorDiv(first + before - met[t] * dilation, stride);
        firstOutput = Math.min(firstOutput, starts[t]);
        endOutput = Math.max(endOutput, starts[t] + count);
      }
      phases.add(new Phase(first, count, met, starts));
    }
    return new ConvolutionPhases(phases, firstOutput, endOutput);
  }

  /// Zeros needed before the first output.
  int border() {
    return -firstOutput;
  }

  /// Outputs that are met, those of the border included.
  int extent() {
    return endOutput - firstOutput;
  }
}
