package dev.jacquard.models.llamagen;

import dev.jacquard.models.llamagen.LlamaGenConfig.Kind;
import dev.jacquard.nn.Initializer;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.attention.AttentionContext;
import dev.jacquard.nn.attention.KvCache;
import dev.jacquard.nn.attention.RotaryEmbedding;
import dev.jacquard.nn.layer.Dropout;
import dev.jacquard.nn.layer.Embedding;
import dev.jacquard.nn.layer.Linear;
import dev.jacquard.nn.layer.RmsNorm;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.op.ConcatOp;
import dev.jacquard.tensor.shape.DType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// LlamaGen's GPT: a Llama that reads a condition and writes the codes of a picture in raster
/// order.
///
/// ```text
/// condition  x₁  x₂ … x₍N-1₎     K + N - 1 tokens
///         ↓   ↓   ↓      ↓
///        x₁  x₂  x₃ … x₍N₎       predicted from position K - 1 on
/// ```
///
/// Sun et al. 2024 (arXiv:2406.06525), section 2.2. Shapes: `B` batch, `K` condition tokens, `N`
/// codes of a picture, `C` width, `V` codes to choose from.
public final class LlamaGenModel implements CodePredictor {
  /// How every matrix starts, but for the output layer, which starts at 0.
  static final Initializer NORMAL = Initializer.normal(0.02f);

  private final Parameters parameters;
  private final LlamaGenConfig config;
  private final ConditionEmbedder condition;
  private final Embedding codes;
  private final RotaryEmbedding rotary;
  private final List<LlamaGenBlock> blocks = new ArrayList<>();
  private final RmsNorm norm;
  private final Linear output;

  /// Builds the model.
  ///
  /// @param config its sizes
  /// @param p where the parameters come from
  public LlamaGenModel(LlamaGenConfig config, Parameters p) {
    this(config, p, 0);
  }

  /// Builds a model with more blocks than its head reads, for heads that read further.
  ///
  /// @param config its sizes
  /// @param p where the parameters come from
  /// @param furtherBlocks number of blocks after the last that this model's own head reads
  public LlamaGenModel(LlamaGenConfig config, Parameters p, int furtherBlocks) {
    this.parameters = p;
    this.config = config;
    Parameters embedding = p.at("cls_embedding");
    condition =
        config.kind() == Kind.CLASS
            ? new ClassEmbedder(embedding, config)
            : new CaptionEmbedder(embedding, config);
    codes = new Embedding(p.at("tok_embeddings"), config.vocabSize(), config.dim(), NORMAL);
    rotary =
        RotaryEmbedding.grid(
            p.backend(),
            config.conditionTokens(),
            config.side(),
            config.headDim(),
            config.ropeTheta());
    for (int layer = 0; layer < config.nLayers() + furtherBlocks; layer++) {
      blocks.add(new LlamaGenBlock(p.at("layers." + layer), config, layer));
    }
    norm = new RmsNorm(p.at("norm"), config.dim(), config.normEps());
    output =
        Linear.withoutBias(
            p.at("output"), config.dim(), config.vocabSize(), Initializer.constant(0));
  }

  /// The last code is not read.
  @Override
  public Tensor logits(Tensor conditions, Tensor ids, CaptionMask mask, Dropout dropout) {
    Tensor read = sequence(conditions, ids.narrow(1, 0, ids.shape().dim(1) - 1));
    Tensor x = dropout.at(-1).apply(read); // [B, K + N - 1, C]
    int rows = x.shape().intDim(1);
    AttentionContext context = mask.applyTo(AttentionContext.causal(rotary, rows, null));
    for (int layer = 0; layer < blocks.size(); layer++) {
      x = blocks.get(layer).forward(x, context, dropout.at(layer));
    }
    int before = config.conditionTokens() - 1;
    return output(x.narrow(1, before, rows - before)); // [B, N, V]
  }

  /// The input of the first block.
  ///
  /// @param conditions classes `[B]` or features of captions `[B, K, E]`
  /// @param ids `[B, T]`, i32, codes that follow
  /// @return `[B, K + T, C]`
  public Tensor sequence(Tensor conditions, Tensor ids) {
    return ConcatOp.apply(1, List.of(condition.forward(conditions), codes.forward(ids)));
  }

  /// Hidden states of rows that continue a cache.
  ///
  /// @param x `[B, T, C]`, embedded rows
  /// @param cache earlier rows, extended by this call
  /// @param mask which tokens of the captions count
  /// @return `[B, T, C]`, without the final normalisation
  public Tensor hidden(Tensor x, KvCache cache, CaptionMask mask) {
    int rows = x.shape().intDim(1);
    AttentionContext context = mask.applyTo(AttentionContext.causal(rotary, rows, cache));
    for (LlamaGenBlock block : blocks) {
      x = block.forward(x, context);
    }
    cache.advance(rows);
    return x;
  }

  @Override
  public Tensor read(Tensor x, KvCache cache, CaptionMask mask, int last) {
    int rows = x.shape().intDim(1);
    return output(hidden(x, cache, mask).narrow(1, rows - last, last)); // [B, last, V]
  }

  /// Normalises hidden states and applies the output layer.
  ///
  /// @param hidden `[..., C]`, what a block returns
  /// @return `[..., V]`
  public Tensor output(Tensor hidden) {
    return output.forward(norm.forward(hidden));
  }

  /// An empty cache for this model.
  ///
  /// @param batch number of sequences
  /// @param positions largest number of positions, at most `K + N`
  /// @return the cache, in the current scope
  public KvCache newCache(int batch, int positions) {
    return new KvCache(
        parameters.backend(),
        blocks.size(),
        batch,
        positions,
        config.nKvHeads(),
        config.headDim(),
        DType.F32);
  }

  @Override
  public LlamaGenModel gpt() {
    return this;
  }

  @Override
  public void pack() {
    blocks.forEach(LlamaGenBlock::pack);
    output.pack();
  }

  @Override
  public LlamaGenConfig config() {
    return config;
  }

  /// What pictures are drawn from.
  ///
  /// @return the embedder of classes or captions
  public ConditionEmbedder condition() {
    return condition;
  }

  /// The table of codes.
  ///
  /// @return `[...]` to `[..., C]`
  public Embedding codes() {
    return codes;
  }

  /// The position embedding.
  ///
  /// @return of `K + N` positions
  public RotaryEmbedding rotary() {
    return rotary;
  }

  /// The blocks, first to last.
  ///
  /// @return an unmodifiable list
  public List<LlamaGenBlock> blocks() {
    return List.copyOf(blocks);
  }

  /// The final normalisation.
  ///
  /// @return `[..., C]` to `[..., C]`
  public RmsNorm norm() {
    return norm;
  }

  /// The matrices of all blocks: neither tables nor output layer nor gains.
  ///
  /// @return `[out, in]` each, under their names in [#parameters()]
  public SequencedMap<String, Tensor> blockMatrices() {
    SequencedMap<String, Tensor> matrices = new LinkedHashMap<>(parameters.named());
    matrices
        .entrySet()
        .removeIf(e -> !e.getKey().startsWith("layers.") || e.getValue().shape().rank() != 2);
    return matrices;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
