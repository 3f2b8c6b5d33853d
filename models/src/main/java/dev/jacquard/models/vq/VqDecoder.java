package dev.jacquard.models.vq;

import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.layer.Conv2d;
import dev.jacquard.nn.layer.GroupNorm;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.op.Interpolation;
import dev.jacquard.tensor.op.ResizeOp;
import java.util.ArrayList;
import java.util.List;

/// Latents to pictures: the encoder's mirror image, with one residual block more at each level.
/// Levels count in the order of computing, the lowest resolution first.
public final class VqDecoder implements Module {
  private final Parameters parameters;
  private final Conv2d first;
  private final VqMiddle middle;
  private final List<VqLevel> levels = new ArrayList<>();
  private final List<Conv2d> doublings = new ArrayList<>();
  private final GroupNorm norm;
  private final Conv2d last;

  /// Builds the decoder.
  ///
  /// @param p where the parameters come from
  /// @param config sizes
  public VqDecoder(Parameters p, VqConfig config) {
    this.parameters = p;
    List<Integer> multipliers = config.decoderMultipliers().reversed();
    int width = config.channels() * multipliers.getFirst();
    this.first = Conv2d.same(p.at("conv_in"), config.zChannels(), width, 3);
    this.middle = new VqMiddle(p, config, width);
    for (int i = 0; i < multipliers.size(); i++) {
      int out = config.channels() * multipliers.get(i);
      Parameters at = p.at("conv_blocks." + i);
      levels.add(new VqLevel(at, config, width, out, config.nResBlocks() + 1, i == 0));
      if (i < multipliers.size() - 1) {
        doublings.add(Conv2d.same(at.at("upsample.conv"), out, out, 3));
      }
      width = out;
    }
    this.norm = new GroupNorm(p.at("norm_out"), config.normGroups(), width, config.normEps());
    this.last = Conv2d.same(p.at("conv_out"), width, config.imageChannels(), 3);
  }

  /// Decodes.
  ///
  /// @param z `[B, z, h, w]`
  /// @param listener hears of results in between
  /// @return `[B, C, H, W]`, about `[-1, 1]`
  public Tensor forward(Tensor z, ActivationListener listener) {
    return last.forward(beforeLast(z, listener));
  }

  /// All but the last convolution.
  ///
  /// @param z `[B, z, h, w]`
  /// @param listener hears of results in between
  /// @return what the last convolution makes pictures of
  Tensor beforeLast(Tensor z, ActivationListener listener) {
    Tensor h = first.forward(z);
    listener.onActivation("conv_in", h);
    h = middle.forward(h, listener);
    for (int i = 0; i < levels.size(); i++) {
      h = levels.get(i).forward(h, "conv_blocks" + i, listener);
      if (i < doublings.size()) {
        int rows = 2 * h.shape().intDim(2);
        int columns = 2 * h.shape().intDim(3);
        h = doublings.get(i).forward(ResizeOp.apply(h, Interpolation.NEAREST, rows, columns));
        listener.onActivation("conv_blocks" + i + ".upsample", h);
      }
    }
    return norm.forward(h).map(Unary.SILU);
  }

  /// The last convolution, whose weight balances the losses.
  ///
  /// @return from the widest resolution's channels to those of pictures
  Conv2d last() {
    return last;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
