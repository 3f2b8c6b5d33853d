package dev.jacquard.models.t5;

import dev.jacquard.nn.Initializer;
import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.layer.Embedding;
import dev.jacquard.nn.layer.RmsNorm;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.List;

/// Ids to features, reading in both directions. Parameters: see the package.
public final class T5Encoder implements Module {
  private final Parameters parameters;
  private final T5Config config;
  private final Embedding tokens;
  private final RelativePositions positions;
  private final List<T5Block> blocks = new ArrayList<>();
  private final RmsNorm norm;

  /// Builds the encoder.
  ///
  /// @param config its sizes
  /// @param p where the parameters come from
  public T5Encoder(T5Config config, Parameters p) {
    this.parameters = p;
    this.config = config;
    tokens = new Embedding(p.at("shared"), config.vocabSize(), config.dim(), Initializer.normal(1));
    Parameters encoder = p.at("encoder");
    positions =
        new RelativePositions(
            encoder.at("block.0.layer.0.SelfAttention.relative_attention_bias"), config);
    for (int layer = 0; layer < config.nLayers(); layer++) {
      blocks.add(new T5Block(encoder.at("block." + layer), config));
    }
    norm = new RmsNorm(encoder.at("final_layer_norm"), config.dim(), config.normEps());
  }

  /// Reads texts.
  ///
  /// @param ids `[B, T]`, i32, each in `[0, V)`
  /// @param lengths how many of the ids of each text count; those behind are seen by none
  /// @return `[B, T, C]`; rows that do not count mean nothing
  public Tensor forward(Tensor ids, int... lengths) {
    int batch = ids.shape().intDim(0);
    int length = ids.shape().intDim(1);
    if (lengths.length != batch) {
      throw new IllegalArgumentException(
          "T5: %d lengths for %d texts; need one each".formatted(lengths.length, batch));
    }
    float[] hidden = new float[batch * length];
    for (int b = 0; b < batch; b++) {
      if (lengths[b] < 1 || lengths[b] > length) {
        throw new IllegalArgumentException(
            "T5: text %d has %d tokens; need 1 to %d".formatted(b, lengths[b], length));
      }
      for (int t = lengths[b]; t < length; t++) {
        hidden[b * length + t] = Float.NEGATIVE_INFINITY;
      }
    }
    Tensor behind = Tensor.of(parameters.backend(), Shape.of(batch, 1, 1, length), hidden);
    Tensor bias = positions.bias(length).add(behind); // [B, H, T, T]
    Tensor x = tokens.forward(ids); // [B, T, C]
    for (T5Block block : blocks) {
      x = block.forward(x, bias);
    }
    return norm.forward(x);
  }

  /// The sizes.
  ///
  /// @return as given
  public T5Config config() {
    return config;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
