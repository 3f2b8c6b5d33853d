package dev.jacquard.models.vq;

import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.layer.Conv2d;
import dev.jacquard.nn.layer.GroupNorm;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ConvolutionGeometry;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import java.util.ArrayList;
import java.util.List;

/// Pictures to latents: levels of residual blocks, each but the last at half the size of the one
/// before; attention at the lowest resolution only.
public final class VqEncoder implements Module {
  /// One row and column of zeros below and on the right, then every second position.
  private static final ConvolutionGeometry HALVING =
      ConvolutionGeometry.PLAIN.withStride(2, 2).withPadding(0, 0, 1, 1);

  private final Parameters parameters;
  private final Conv2d first;
  private final List<VqLevel> levels = new ArrayList<>();
  private final List<Conv2d> halvings = new ArrayList<>();
  private final VqMiddle middle;
  private final GroupNorm norm;
  private final Conv2d last;

  /// Builds the encoder.
  ///
  /// @param p where the parameters come from
  /// @param config sizes
  public VqEncoder(Parameters p, VqConfig config) {
    this.parameters = p;
    List<Integer> multipliers = config.encoderMultipliers();
    this.first = Conv2d.same(p.at("conv_in"), config.imageChannels(), config.channels(), 3);
    int width = config.channels();
    for (int i = 0; i < multipliers.size(); i++) {
      int out = config.channels() * multipliers.get(i);
      boolean isLast = i == multipliers.size() - 1;
      Parameters at = p.at("conv_blocks." + i);
      levels.add(new VqLevel(at, config, width, out, config.nResBlocks(), isLast));
      if (!isLast) {
        halvings.add(new Conv2d(at.at("downsample.conv"), out, out, 3, HALVING));
      }
      width = out;
    }
    this.middle = new VqMiddle(p, config, width);
    this.norm = new GroupNorm(p.at("norm_out"), config.normGroups(), width, config.normEps());
    this.last = Conv2d.same(p.at("conv_out"), width, config.zChannels(), 3);
  }

  /// Encodes.
  ///
  /// @param images `[B, C, H, W]`, in `[-1, 1]`
  /// @param listener hears of results in between
  /// @return `[B, z, h, w]`
  public Tensor forward(Tensor images, ActivationListener listener) {
    Tensor h = first.forward(images);
    listener.onActivation("conv_in", h);
    for (int i = 0; i < levels.size(); i++) {
      h = levels.get(i).forward(h, "conv_blocks" + i, listener);
      if (i < halvings.size()) {
        h = halvings.get(i).forward(h);
        listener.onActivation("conv_blocks" + i + ".downsample", h);
      }
    }
    h = middle.forward(h, listener);
    h = last.forward(norm.forward(h).map(Unary.SILU));
    listener.onActivation("out", h);
    return h;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
