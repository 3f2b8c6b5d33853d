package dev.jacquard.models.vq;

import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.block.PixelAttention;
import dev.jacquard.nn.block.ResnetBlock;
import dev.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/// The blocks of one resolution: residual blocks, each followed by attention or not.
final class VqLevel {
  private final List<ResnetBlock> blocks = new ArrayList<>();
  private final List<PixelAttention> attentions = new ArrayList<>();

  /// @param in channels of the input
  /// @param out channels of the output
  /// @param count residual blocks
  VqLevel(Parameters p, VqConfig config, int in, int out, int count, boolean attends) {
    for (int i = 0; i < count; i++) {
      int width = i == 0 ? in : out;
      blocks.add(
          new ResnetBlock(p.at("res." + i), width, out, config.normGroups(), config.normEps()));
      if (attends) {
        attentions.add(
            new PixelAttention(p.at("attn." + i), out, config.normGroups(), config.normEps()));
      }
    }
  }

  Tensor forward(Tensor x, String name, ActivationListener listener) {
    Tensor h = x;
    for (int i = 0; i < blocks.size(); i++) {
      h = blocks.get(i).forward(h);
      listener.onActivation(name + ".res" + i, h);
      if (!attentions.isEmpty()) {
        h = attentions.get(i).forward(h);
        listener.onActivation(name + ".attn" + i, h);
      }
    }
    return h;
  }
}
