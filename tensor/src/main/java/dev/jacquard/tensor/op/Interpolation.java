package dev.jacquard.tensor.op;

import dev.jacquard.tensor.backend.AxisWeights;

/// How resizing makes new pixels out of old ones, along one axis at a time.
///
/// With `scale = inputs / outputs`, output `i` has its centre at `(i + 1/2) · scale` in units of
/// inputs. Formulas and roundings follow PyTorch's `interpolate`.
public enum Interpolation {
  /// The pixel in which the left edge lies: `⌊i · scale⌋`.
  NEAREST {
    @Override
    AxisWeights weights(int inputs, int outputs) {
      float scale = (float) inputs / outputs; // rounded to f32, as PyTorch does
      return Resampling.pick(inputs, outputs, i -> (int) (i * scale));
    }
  },
  /// The pixel in which the centre lies: `⌊(i + 1/2) · scale⌋`.
  NEAREST_EXACT {
    @Override
    AxisWeights weights(int inputs, int outputs) {
      float scale = (float) inputs / outputs;
      return Resampling.pick(inputs, outputs, i -> (int) ((i + 0.5f) * scale));
    }
  },
  /// Straight lines between the centres of pixels; called bilinear for two axes.
  LINEAR {
    @Override
    AxisWeights weights(int inputs, int outputs) {
      double scale = (double) inputs / outputs;
      return Resampling.lines(inputs, outputs, i -> Math.max(0, (i + 0.5) * scale - 0.5));
    }
  },
  /// Straight lines, the first and last pixels' centres kept in place.
  LINEAR_ALIGNED {
    @Override
    AxisWeights weights(int inputs, int outputs) {
      double scale = outputs > 1 ? (inputs - 1.0) / (outputs - 1) : 0;
      return Resampling.lines(inputs, outputs, i -> i * scale);
    }
  },
  /// Cubic convolution of four pixels, `a = -0.75` (Keys 1981, eq. 4); bicubic for two axes.
  CUBIC {
    @Override
    AxisWeights weights(int inputs, int outputs) {
      double scale = (double) inputs / outputs;
      return Resampling.cubics(inputs, outputs, i -> (i + 0.5) * scale - 0.5);
    }
  },
  /// Cubic convolution, the first and last pixels' centres kept in place.
  CUBIC_ALIGNED {
    @Override
    AxisWeights weights(int inputs, int outputs) {
      double scale = outputs > 1 ? (inputs - 1.0) / (outputs - 1) : 0;
      return Resampling.cubics(inputs, outputs, i -> i * scale);
    }
  },
  /// Straight lines, as wide as an output where it is wider than an input, as in Pillow.
  LINEAR_ANTIALIASED {
    @Override
    AxisWeights weights(int inputs, int outputs) {
      return Resampling.filter(inputs, outputs, 1, x -> Math.max(0, 1 - Math.abs(x)));
    }
  },
  /// Cubic convolution with `a = -0.5`, as wide as an output where it is wider than an input, as in
  /// Pillow.
  CUBIC_ANTIALIASED {
    @Override
    AxisWeights weights(int inputs, int outputs) {
      return Resampling.filter(inputs, outputs, 2, x -> Resampling.cubic(x, -0.5));
    }
  },
  /// The mean of all pixels that an output touches; also called adaptive average pooling.
  AREA {
    @Override
    AxisWeights weights(int inputs, int outputs) {
      return Resampling.means(
          inputs,
          outputs,
          i -> (int) ((long) i * inputs / outputs),
          i -> (int) (((i + 1L) * inputs + outputs - 1) / outputs));
    }
  };

  /// The map from so many pixels to so many.
  abstract AxisWeights weights(int inputs, int outputs);
}
