package dev.jacquard.nn.layer;

import dev.jacquard.nn.Initializer;
import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ConvolutionGeometry;
import dev.jacquard.tensor.op.ConvTranspose2dOp;
import dev.jacquard.tensor.shape.Shape;

/// Transposed convolution of images with a bias.
///
/// Parameters: `weight` `[in, out / groups, K, K]` and `bias` `[out]`, both uniform within `1 /
/// sqrt(out / groups · K²)`, as PyTorch starts them.
public final class ConvTranspose2d implements Module {
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
  /// @param geometry how the window moves; padding cuts the output
  public ConvTranspose2d(Parameters p, int in, int out, int kernel, ConvolutionGeometry geometry) {
    int outputs = out / geometry.groups();
    Initializer uniform = Initializer.uniform((float) (1 / Math.sqrt(outputs * kernel * kernel)));
    this.parameters = p;
    this.weight = p.get("weight", Shape.of(in, outputs, kernel, kernel), uniform);
    this.bias = p.get("bias", Shape.of(out), uniform);
    this.geometry = geometry;
  }

  /// Applies the layer.
  ///
  /// @param x `[B, in, H, W]`, f32
  /// @return `[B, out, P, Q]`
  public Tensor forward(Tensor x) {
    return ConvTranspose2dOp.apply(x, weight, bias, geometry);
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
