package dev.jacquard.models.var;

import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.attention.KvCache;
import dev.jacquard.nn.layer.Linear;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.op.CrossEntropyOp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// VAR's transformer: every map of a picture is predicted at once from the coarser ones.
///
/// ```text
/// class   area(F₁, 2x2)   area(F₂, 3x3)  …   rows of map k: the sum F of coarser maps, shrunk
///   ↓           ↓               ↓
///  1x1         2x2             3x3       …   a map's tokens see each other and all coarser maps
/// ```
///
/// Tian et al. 2024 (arXiv:2404.02905), section 3.2. Shapes: `B` batch, `K` maps of `n` tokens, `L`
/// of all, `d` width of a code, `C` width, `V` codes to choose from.
public final class VarModel implements Module, ScaleModel {
  private final Parameters parameters;
  private final VarConfig config;
  private final ScaleEmbedding embedding;
  private final @Nullable Linear sharedModulation;
  private final List<AdaLnBlock> blocks = new ArrayList<>();
  private final AdaLnHead head;

  /// Builds the model.
  ///
  /// @param config its sizes
  /// @param p where the parameters come from
  public VarModel(VarConfig config, Parameters p) {
    this.parameters = p;
    this.config = config;
    this.embedding = new ScaleEmbedding(p, config);
    this.sharedModulation = config.isModulationShared() ? AdaLnBlock.sharedLayer(p, config) : null;
    for (int layer = 0; layer < config.nLayers(); layer++) {
      blocks.add(new AdaLnBlock(p.at("blocks." + layer), config, layer));
    }
    this.head = new AdaLnHead(p, "", config);
  }

  /// What a class does to the model.
  ///
  /// @param vector `[B, C]`
  /// @param blocks of each block
  /// @param head of the head
  public record Condition(Tensor vector, List<Modulation> blocks, Modulation head) {}

  /// What classes do to the model.
  ///
  /// @param labels `[B]`, i32, up to [VarConfig#noClass()]
  /// @return the modulation of every layer
  public Condition condition(Tensor labels) {
    Tensor vector = embedding.condition(labels);
    Tensor active = vector.map(Unary.SILU);
    Tensor shared = sharedModulation == null ? null : sharedModulation.forward(active);
    List<Modulation> modulations =
        blocks.stream().map(block -> block.modulation(active, shared)).toList();
    return new Condition(vector, modulations, head.modulation(active));
  }

  /// Logits of every token of whole pictures.
  ///
  /// @param labels `[B]`, i32
  /// @param latents `[B, L - n₀, d]`, as [ScaleInputs] makes them
  /// @return `[B, L, V]`
  public Tensor logits(Tensor labels, Tensor latents) {
    Condition condition = condition(labels);
    Tensor x = embedding.sequence(condition.vector, latents); // [B, L, C]
    return output(x, condition, new ScaleContext(config.plan().blockCausal(), null));
  }

  /// Mean cross-entropy of all tokens, in nats.
  ///
  /// @param labels `[B]`, i32
  /// @param latents `[B, L - n₀, d]`, as [ScaleInputs] makes them
  /// @param ids `[B, L]`, i32, the tokens
  /// @return scalar `[]`
  public Tensor loss(Tensor labels, Tensor latents, Tensor ids) {
    return CrossEntropyOp.apply(logits(labels, latents), ids);
  }

  private Tensor output(Tensor x, Condition condition, ScaleContext context) {
    Tensor h = x;
    for (int i = 0; i < blocks.size(); i++) {
      h = blocks.get(i).forward(h, condition.blocks.get(i), context);
    }
    return head.forward(h, condition.head);
  }

  @Override
  public Session open(Tensor labels) {
    return new CachedSession(labels);
  }

  private final class CachedSession implements Session {
    private final TensorScope scope = TensorScope.open("key-value cache");
    private final Condition condition;
    private final KvCache cache;

    CachedSession(Tensor labels) {
      condition = scope.within(() -> condition(labels));
      cache =
          scope.within(
              () ->
                  new KvCache(
                      parameters.backend(),
                      blocks.size(),
                      labels.shape().intDim(0),
                      config.plan().total(),
                      config.nHeads(),
                      config.headDim()));
    }

    @Override
    public Tensor logits(int scale, @Nullable Tensor latents) {
      Tensor x =
          latents == null ? embedding.first(condition.vector) : embedding.map(latents, scale);
      int rows = x.shape().intDim(1);
      Tensor logits = output(x, condition, ScaleContext.map(rows, cache));
      cache.advance(rows);
      return logits;
    }

    @Override
    public void close() {
      scope.close();
    }
  }

  @Override
  public VarConfig config() {
    return config;
  }

  /// The input.
  ///
  /// @return classes, latents, places and levels
  public ScaleEmbedding embedding() {
    return embedding;
  }

  /// The blocks, first to last.
  ///
  /// @return an unmodifiable list
  public List<AdaLnBlock> blocks() {
    return List.copyOf(blocks);
  }

  /// The output.
  ///
  /// @return norm and logits
  public AdaLnHead head() {
    return head;
  }

  /// The matrices inside the blocks, from hidden states to hidden states.
  ///
  /// @return by name, without those that modulate
  public SequencedMap<String, Tensor> blockMatrices() {
    SequencedMap<String, Tensor> matrices = new LinkedHashMap<>(parameters.named());
    matrices
        .entrySet()
        .removeIf(
            e ->
                !e.getKey().startsWith("blocks.")
                    || e.getKey().contains(".ada_lin.")
                    || e.getValue().shape().rank() != 2);
    return matrices;
  }

  /// Packs the weights of all products for fast drawing; see [Linear#pack()]. Call it once the
  /// weights are loaded.
  public void pack() {
    blocks.forEach(AdaLnBlock::pack);
    head.pack();
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
