package dev.jacquard.models.llamagen;

import dev.jacquard.models.ConfigFile;
import dev.jacquard.models.llamagen.LlamaGenConfig.Kind;
import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.attention.AttentionContext;
import dev.jacquard.nn.attention.RotaryEmbedding;
import dev.jacquard.nn.layer.Embedding;
import dev.jacquard.nn.layer.RmsNorm;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.AttentionMask;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.shape.Shape;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Features of short captions from their bytes: a few blocks that read in both directions, trained
/// together with the GPT that reads the features.
///
/// It stands where LlamaGen has FLAN-T5. A caption is its UTF-8 bytes after a start token, cut at
/// `K` tokens and filled up from the left. Parameters: `bytes` `[258, E]`, `layers.N`, `norm`.
public final class ByteTextEncoder implements Module, CaptionEncoder {
  private static final int PADDING = 256;
  private static final int START = 257;
  private static final int VOCABULARY = 258;
  private static final int HEAD = 32;

  private final Parameters parameters;
  private final Embedding bytes;
  private final RotaryEmbedding rotary;
  private final List<LlamaGenBlock> blocks = new ArrayList<>();
  private final RmsNorm norm;
  private final int tokens;

  /// The sizes of an encoder.
  ///
  /// @param tokens longest caption, `K`
  /// @param dim width of the features, `E`, a multiple of 32
  /// @param nLayers number of blocks
  public record Sizes(int tokens, int dim, int nLayers) {
    /// No encoder.
    public static final Sizes NONE = new Sizes(0, 0, 0);

    static Sizes read(ConfigFile file) throws CheckpointException {
      return new Sizes(file.intValue("tokens"), file.intValue("dim"), file.intValue("n_layer"));
    }

    Map<String, Object> toFields() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("tokens", tokens);
      fields.put("dim", dim);
      fields.put("n_layer", nLayers);
      return fields;
    }
  }

  /// What is made of captions.
  ///
  /// @param features `[B, K, E]`
  /// @param mask which of the tokens count
  public record Encoded(Tensor features, CaptionMask mask) {}

  /// Builds the encoder.
  ///
  /// @param sizes its sizes
  /// @param p where the parameters come from
  public ByteTextEncoder(Sizes sizes, Parameters p) {
    this.parameters = p;
    this.tokens = sizes.tokens;
    int dim = sizes.dim;
    int heads = Math.max(1, dim / HEAD);
    LlamaGenConfig config =
        new LlamaGenConfig(
            Kind.CAPTION,
            dim,
            sizes.nLayers,
            heads,
            heads,
            LlamaGenConfig.ffnDim(dim, 1, 16),
            VOCABULARY,
            1,
            tokens,
            0,
            dim,
            1e-5f,
            10000);
    bytes = new Embedding(p.at("bytes"), VOCABULARY, dim, LlamaGenModel.NORMAL);
    rotary = new RotaryEmbedding(p.backend(), tokens, config.headDim(), config.ropeTheta());
    for (int layer = 0; layer < sizes.nLayers; layer++) {
      blocks.add(new LlamaGenBlock(p.at("layers." + layer), config, layer));
    }
    norm = new RmsNorm(p.at("norm"), dim, config.normEps());
  }

  @Override
  public Encoded encode(List<String> captions) {
    int[] ids = new int[captions.size() * tokens];
    Arrays.fill(ids, PADDING);
    List<boolean[]> visible = new ArrayList<>();
    for (int b = 0; b < captions.size(); b++) {
      byte[] text = captions.get(b).getBytes(StandardCharsets.UTF_8);
      int length = Math.min(text.length, tokens - 1);
      int start = tokens - 1 - length;
      boolean[] counts = new boolean[tokens];
      Arrays.fill(counts, start, tokens, true);
      visible.add(counts);
      ids[b * tokens + start] = START;
      for (int i = 0; i < length; i++) {
        ids[b * tokens + start + 1 + i] = text[i] & 0xff;
      }
    }
    CaptionMask mask = new CaptionMask(visible);
    AttentionMask all = AttentionMask.full(tokens, tokens);
    AttentionContext context = mask.applyTo(new AttentionContext(rotary, 0, all, null, null));
    Tensor x =
        bytes.forward(Tensor.ofInts(parameters.backend(), Shape.of(captions.size(), tokens), ids));
    for (LlamaGenBlock block : blocks) {
      x = block.forward(x, context); // [B, K, E]
    }
    return new Encoded(norm.forward(x), mask);
  }

  /// Nothing to close: memory is that of the parameters.
  @Override
  public void close() {}

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
