package dev.jacquard.nn.block;

import dev.jacquard.nn.Initializer;
import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.attention.KvCache;
import dev.jacquard.nn.attention.RotaryEmbedding;
import dev.jacquard.nn.layer.Embedding;
import dev.jacquard.nn.layer.Linear;
import dev.jacquard.nn.layer.RmsNorm;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.op.CrossEntropyOp;
import dev.jacquard.tensor.op.LinearOp;
import dev.jacquard.tensor.shape.DType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// A decoder-only Llama: embedding, blocks, final normalisation, output layer.
///
/// Touvron et al. 2023 (arXiv:2302.13971). Parameter names are those of Hugging Face's
/// `LlamaForCausalLM`: `model.embed_tokens`, `model.layers.{i}`, `model.norm`, `lm_head`.
public final class LlamaModel implements Module {
  private final Parameters parameters;
  private final LlamaConfig config;
  private final Embedding embedding;
  private final RotaryEmbedding rotary;
  private final List<LlamaBlock> blocks = new ArrayList<>();
  private final RmsNorm norm;
  private final @Nullable Linear head;

  /// Builds the model. Weights start normal with deviation 0.02, those that end a residual branch
  /// with `0.02 / √(2L)` (Radford et al. 2019, section 2.3).
  ///
  /// @param config its sizes
  /// @param p where the parameters come from
  public LlamaModel(LlamaConfig config, Parameters p) {
    this.parameters = p;
    this.config = config;
    Initializer normal = Initializer.normal(0.02f);
    embedding = new Embedding(p.at("model.embed_tokens"), config.vocabSize(), config.dim(), normal);
    rotary =
        new RotaryEmbedding(
            p.backend(),
            config.maxSeqLen(),
            config.headDim(),
            config.ropeTheta(),
            config.variant().neighbouringPairs(),
            config.variant().ropeScaling());
    for (int layer = 0; layer < config.nLayers(); layer++) {
      blocks.add(new LlamaBlock(p.at("model.layers." + layer), config, layer, rotary));
    }
    norm = new RmsNorm(p.at("model.norm"), config.dim(), config.normEps());
    head =
        config.tiedEmbeddings()
            ? null
            : Linear.withoutBias(p.at("lm_head"), config.dim(), config.vocabSize(), normal);
  }

  /// Logits of the next token at every position of whole sequences.
  ///
  /// @param ids `[B, T]`, i32
  /// @return `[B, T, V]`
  public Tensor logits(Tensor ids) {
    return output(hidden(ids, null));
  }

  /// Logits of the token after the last position, for sequences that continue a cache.
  ///
  /// @param ids `[B, T]`, i32, the new positions
  /// @param cache earlier positions, extended by this call
  /// @return `[B, V]`
  public Tensor nextLogits(Tensor ids, KvCache cache) {
    Tensor hidden = hidden(ids, cache); // [B, T, C]
    Tensor last = hidden.narrow(1, ids.shape().dim(1) - 1, 1); // [B, 1, C]
    return output(last).reshape(ids.shape().dim(0), -1); // [B, V]
  }

  /// Mean cross-entropy of labels, in nats.
  ///
  /// @param ids `[B, T]`, i32
  /// @param labels `[B, T]`, i32: the token after each position, or [CrossEntropyOp#IGNORE]
  /// @return scalar `[]`
  public Tensor loss(Tensor ids, Tensor labels) {
    return CrossEntropyOp.apply(logits(ids), labels);
  }

  /// Hidden states after the final normalisation.
  ///
  /// @param ids `[B, T]`, i32
  /// @param cache earlier positions, extended by this call; null if `ids` are whole sequences
  /// @return `[B, T, C]`
  public Tensor hidden(Tensor ids, @Nullable KvCache cache) {
    Tensor last = blockOutputs(ids, cache).getLast(); // [B, T, C]
    if (cache != null) {
      cache.advance(ids.shape().dim(1));
    }
    return norm.forward(last);
  }

  /// Hidden states after each block, of whole sequences, for losses on the way.
  ///
  /// @param ids `[B, T]`, i32
  /// @return for each block `[B, T, C]`; the last still lacks the final normalisation
  public List<Tensor> blockOutputs(Tensor ids) {
    return blockOutputs(ids, null);
  }

  private List<Tensor> blockOutputs(Tensor ids, @Nullable KvCache cache) {
    List<Tensor> outputs = new ArrayList<>();
    Tensor x = embedding.forward(ids); // [B, T, C]
    for (LlamaBlock block : blocks) {
      x = block.forward(x, cache);
      outputs.add(x);
    }
    return outputs;
  }

  /// Applies the output layer.
  ///
  /// @param hidden `[..., C]`
  /// @return `[..., V]`
  public Tensor output(Tensor hidden) {
    return head == null ? LinearOp.apply(hidden, embedding.weight()) : head.forward(hidden);
  }

  /// Packs the weights of all products for fast drawing; see [Linear#pack()]. Call it once the
  /// weights are loaded.
  public void pack() {
    blocks.forEach(LlamaBlock::pack);
    if (head != null) {
      head.pack();
    }
  }

  /// An empty cache for this model, in f32.
  ///
  /// @param batch number of sequences
  /// @param positions largest number of positions, at most `maxSeqLen`
  /// @return the cache, in the current scope
  public KvCache newCache(int batch, int positions) {
    return newCache(batch, positions, DType.F32);
  }

  /// An empty cache for this model.
  ///
  /// @param batch number of sequences
  /// @param positions largest number of positions, at most `maxSeqLen`
  /// @param dtype how keys and values are kept: `F32`, `BF16` or `F16`
  /// @return the cache, in the current scope
  public KvCache newCache(int batch, int positions, DType dtype) {
    return new KvCache(
        parameters.backend(),
        config.nLayers(),
        batch,
        positions,
        config.nKvHeads(),
        config.headDim(),
        dtype);
  }

  /// The sizes.
  ///
  /// @return the configuration
  public LlamaConfig config() {
    return config;
  }

  /// The token table.
  ///
  /// @return `[...]` to `[..., C]`
  public Embedding embedding() {
    return embedding;
  }

  /// The position embedding.
  ///
  /// @return shared by all blocks
  public RotaryEmbedding rotary() {
    return rotary;
  }

  /// The blocks, first to last.
  ///
  /// @return an unmodifiable list
  public List<LlamaBlock> blocks() {
    return List.copyOf(blocks);
  }

  /// The matrices of all blocks: neither embedding nor output layer nor gains.
  ///
  /// @return `[out, in]` each, under their names in [#parameters()]
  public SequencedMap<String, Tensor> blockMatrices() {
    SequencedMap<String, Tensor> matrices = new LinkedHashMap<>();
    parameters
        .named()
        .forEach(
            (name, tensor) -> {
              if (name.startsWith("model.layers.") && tensor.shape().rank() == 2) {
                matrices.put(name, tensor);
              }
            });
    return matrices;
  }

  /// The final normalisation.
  ///
  /// @return `[..., C]` to `[..., C]`
  public RmsNorm norm() {
    return norm;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
