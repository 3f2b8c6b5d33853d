package dev.jacquard.models.vq;

import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.block.PixelAttention;
import dev.jacquard.nn.block.ResnetBlock;
import dev.jacquard.tensor.Tensor;

/// The middle of encoder and decoder: a residual block, attention, a residual block.
final class VqMiddle {
  private final ResnetBlock first;
  private final PixelAttention attention;
  private final ResnetBlock last;

  VqMiddle(Parameters p, VqConfig config, int channels) {
    int groups = config.normGroups();
    float eps = config.normEps();
    first = new ResnetBlock(p.at("mid.0"), channels, channels, groups, eps);
    attention = new PixelAttention(p.at("mid.1"), channels, groups, eps);
    last = new ResnetBlock(p.at("mid.2"), channels, channels, groups, eps);
  }

  Tensor forward(Tensor x, ActivationListener listener) {
    Tensor h = first.forward(x);
    listener.onActivation("mid0", h);
    h = attention.forward(h);
    listener.onActivation("mid1", h);
    h = last.forward(h);
    listener.onActivation("mid2", h);
    return h;
  }
}
