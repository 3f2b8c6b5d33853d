package dev.jacquard.models.vq;

import dev.jacquard.nn.Initializer;
import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.layer.BatchNorm;
import dev.jacquard.nn.layer.Conv2d;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ConvolutionGeometry;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.StateDict;
import dev.jacquard.tensor.op.Conv2dOp;
import dev.jacquard.tensor.op.LeakyReluOp;
import dev.jacquard.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.List;

/// Tells real pictures from reconstructed ones, patch by patch.
///
/// Isola et al. 2017 (arXiv:1611.07004), section 3.2 and appendix 6.1.2: 4x4 convolutions, of which
/// the first `n` halve the size, batch norm but in the first and last, leaky ReLU. Parameters are
/// named as in the released sequence of layers, `main.{0,2,3,5,6,...}`.
public final class PatchDiscriminator implements Module {
  private static final float SLOPE = 0.2f;
  private static final float NORM_EPS = 1e-5f;
  private static final int KERNEL = 4;
  private static final int MOST_WIDENING = 8;

  private record Layer(Tensor weight, BatchNorm norm, ConvolutionGeometry geometry) {}

  private final Parameters parameters;
  private final Sizes sizes;
  private final Conv2d first;
  private final List<Layer> layers = new ArrayList<>();
  private final Conv2d last;

  /// Sizes of the network.
  ///
  /// @param imageChannels 1 or 3
  /// @param channels width of the first convolution
  /// @param halvings convolutions of stride 2, `n`
  public record Sizes(int imageChannels, int channels, int halvings) {}

  /// Builds the network.
  ///
  /// @param p where the parameters come from
  /// @param sizes its sizes
  public PatchDiscriminator(Parameters p, Sizes sizes) {
    ConvolutionGeometry halving = ConvolutionGeometry.of(2, 1);
    ConvolutionGeometry keeping = ConvolutionGeometry.of(1, 1);
    Initializer normal = Initializer.normal(0.02f);
    this.parameters = p;
    this.sizes = sizes;
    int width = sizes.channels();
    this.first = new Conv2d(p.at("main.0"), sizes.imageChannels(), width, KERNEL, halving);
    int place = 2;
    for (int i = 1; i <= sizes.halvings(); i++) {
      int out = sizes.channels() * Math.min(1 << i, MOST_WIDENING);
      Shape shape = Shape.of(out, width, KERNEL, KERNEL);
      Tensor weight = p.at("main." + place).get("weight", shape, normal);
      BatchNorm norm =
          new BatchNorm(p.at("main." + (place + 1)), out, BatchNorm.MOMENTUM, NORM_EPS);
      layers.add(new Layer(weight, norm, i < sizes.halvings() ? halving : keeping));
      width = out;
      place += 3;
    }
    this.last = new Conv2d(p.at("main." + place), width, 1, KERNEL, keeping);
  }

  /// The same network on the same memory, through which gradients reach pictures only.
  ///
  /// @return a network that follows this one's training
  PatchDiscriminator frozen() {
    StateDict live = new StateDict("discriminator");
    parameters.state().forEach(live::put);
    try {
      return Parameters.frozen(parameters.backend(), live, p -> new PatchDiscriminator(p, sizes));
    } catch (CheckpointException e) {
      throw new AssertionError("a network has its own parameters", e);
    }
  }

  /// Scores patches: large for real ones.
  ///
  /// @param images `[B, C, H, W]`, in `[-1, 1]`, at least 16x16 for two halvings
  /// @return `[B, 1, h, w]`
  public Tensor forward(Tensor images) {
    Tensor h = LeakyReluOp.apply(first.forward(images), SLOPE);
    for (Layer layer : layers) {
      Tensor y = Conv2dOp.apply(h, layer.weight(), null, layer.geometry());
      h = LeakyReluOp.apply(layer.norm().forward(y, true), SLOPE);
    }
    return last.forward(h);
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
