package dev.jacquard.nn.layer;

import dev.jacquard.nn.Initializer;
import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ConvolutionGeometry;
import dev.jacquard.tensor.op.Conv2dOp;
import dev.jacquard.tensor.shape.Shape;

/// Convolution of images with a bias.
///
/// Parameters: `weight` `[out, in / groups, K, K]` and `bias` `[out]`, both uniform within `1 /
/// sqrt(in / groups · K²)`, as PyTorch starts them.
public final class Conv2d implements Module {
  private final Parameters parameters;
  private final Tensor weight;
  private final Tensor bias;
  private final ConvolutionGeometry geometry;

  /// Builds the layer.
  ///
  /// @param p where the parameters come from
  /// @param in channels of the input
  /// @param out channels of the output
  /// @param kernel rows and columns of the window, `K`
  /// @param geometry how the window moves
  public Conv2d(Parameters p, int in, int out, int kernel, ConvolutionGeometry geometry) {
    int inputs = in / geometry.groups();
    Initializer uniform = Initializer.uniform((float) (1 / Math.sqrt(inputs * kernel * kernel)));
    this.parameters = p;
    this.weight = p.get("weight", Shape.of(out, inputs, kernel, kernel), uniform);
    this.bias = p.get("bias", Shape.of(out), uniform);
    this.geometry = geometry;
  }

  /// A layer that keeps the size of images: stride 1, padding `(K - 1) / 2`.
  ///
  /// @param p where the parameters come from
  /// @param in channels of the input
  /// @param out channels of the output
  /// @param kernel rows and columns of the window, odd
  /// @return the layer
  public static Conv2d same(Parameters p, int in, int out, int kernel) {
    return new Conv2d(p, in, out, kernel, ConvolutionGeometry.of(1, kernel / 2));
  }

  /// Applies the layer.
  ///
  /// @param x `[B, in, H, W]`, f32
  /// @return `[B, out, P, Q]`
  public Tensor forward(Tensor x) {
    return Conv2dOp.apply(x, weight, bias, geometry);
  }

  /// The weight.
  ///
  /// @return `[out, in / groups, K, K]`
  public Tensor weight() {
    return weight;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
