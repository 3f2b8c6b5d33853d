package dev.jacquard.models.hmar;

import dev.jacquard.models.var.AdaLnBlock;
import dev.jacquard.models.var.AdaLnHead;
import dev.jacquard.models.var.Modulation;
import dev.jacquard.models.var.ScaleContext;
import dev.jacquard.models.var.ScaleEmbedding;
import dev.jacquard.models.var.VarConfig;
import dev.jacquard.nn.Initializer;
import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.io.StateDict;
import dev.jacquard.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// HMAR's transformer: two predictors of a map on common blocks. The first predicts it from the sum
/// of the coarser maps; the second predicts some of its tokens again from the others.
///
/// A map sees itself only: what came before is in the sum. So nothing is cached, and scores are
/// computed inside maps alone.
///
/// Kumbong et al. 2025 (arXiv:2506.04421), section 3. Parameters: VAR's embeddings,
/// `mask_embed.weight` `[1, C]`, blocks under `base_blocks`, `ns_blocks` and `mask_blocks`,
/// `ns_head_nm`, `ns_head`, `mask_head_nm`, `mask_head`. Shapes as in
/// [dev.jacquard.models.var.VarModel].
public final class HmarModel implements Module {
  private final Parameters parameters;
  private final VarConfig config;
  private final ScaleEmbedding embedding;
  private final MaskedInput maskedInput;
  private final List<AdaLnBlock> base = new ArrayList<>();
  private final Branch nextScale;
  private final Branch masked;

  /// Builds the model.
  ///
  /// @param config its sizes; the number of blocks counts those of one predictor
  /// @param ownLayers number of blocks that each predictor has for itself
  /// @param p where the parameters come from
  /// @throws IllegalArgumentException if there are fewer blocks
  public HmarModel(VarConfig config, int ownLayers, Parameters p) {
    if (ownLayers < 1 || ownLayers > config.nLayers()) {
      throw new IllegalArgumentException(
          "hmar: blocks of a predictor out of range; %d of %d"
              .formatted(ownLayers, config.nLayers()));
    }
    this.parameters = p;
    this.config = config;
    this.embedding = new ScaleEmbedding(p, config);
    this.maskedInput = new MaskedInput(p, config, embedding);
    for (int i = 0; i < config.nLayers() - ownLayers; i++) {
      base.add(new AdaLnBlock(p.at("base_blocks." + i), config, i));
    }
    this.nextScale = new Branch(p, "ns_", config, ownLayers);
    this.masked = new Branch(p, "mask_", config, ownLayers);
  }

  /// The blocks and the head of one predictor.
  private static final class Branch {
    private final List<AdaLnBlock> blocks = new ArrayList<>();
    private final AdaLnHead head;

    Branch(Parameters p, String prefix, VarConfig config, int layers) {
      for (int i = 0; i < layers; i++) {
        blocks.add(new AdaLnBlock(p.at(prefix + "blocks." + i), config, i));
      }
      head = new AdaLnHead(p, prefix, config);
    }
  }

  /// What classes do to the model.
  ///
  /// @param vector `[B, C]`
  /// @param base of the common blocks
  /// @param nextScale of the first predictor's blocks, then of its head
  /// @param masked of the second predictor's blocks, then of its head
  public record Condition(
      Tensor vector, List<Modulation> base, List<Modulation> nextScale, List<Modulation> masked) {}

  /// What classes do to the model.
  ///
  /// @param labels `[B]`, i32
  /// @return the modulation of every layer
  public Condition condition(Tensor labels) {
    Tensor vector = embedding.condition(labels);
    Tensor active = vector.map(Unary.SILU);
    return new Condition(
        vector,
        modulations(base, active),
        modulations(nextScale, active),
        modulations(masked, active));
  }

  private static List<Modulation> modulations(List<AdaLnBlock> blocks, Tensor active) {
    return blocks.stream().map(block -> block.modulation(active, null)).toList();
  }

  private static List<Modulation> modulations(Branch branch, Tensor active) {
    List<Modulation> all = new ArrayList<>(modulations(branch.blocks, active));
    all.add(branch.head.modulation(active));
    return all;
  }

  /// Predicts a map from the coarser ones.
  ///
  /// @param condition what the classes do
  /// @param scale number of the map
  /// @param latents `[B, n, d]`, sum of the coarser maps at its size; null for map 0
  /// @return `[B, n, V]`
  public Tensor nextScale(Condition condition, int scale, @Nullable Tensor latents) {
    Tensor x = latents == null ? embedding.first(condition.vector) : embedding.map(latents, scale);
    return output(x, condition, nextScale, condition.nextScale);
  }

  /// Predicts tokens of a map again.
  ///
  /// @param condition what the classes do
  /// @param scale number of the map
  /// @param latents `[B, n, d]`, sum of the coarser maps at its size; null for map 0
  /// @param own `[B, n, d]`, what the map itself adds to the sum, at its size
  /// @param isMasked `[B, n, 1]` or `[1, n, 1]`, 1 where a token is to be predicted, else 0
  /// @return `[B, n, V]`
  public Tensor masked(
      Condition condition, int scale, @Nullable Tensor latents, Tensor own, Tensor isMasked) {
    Tensor x = latents == null ? embedding.first(condition.vector) : embedding.map(latents, scale);
    return output(x.add(maskedInput.forward(own, isMasked)), condition, masked, condition.masked);
  }

  private Tensor output(
      Tensor x, Condition condition, Branch branch, List<Modulation> modulations) {
    ScaleContext alone = ScaleContext.map(x.shape().intDim(1), null);
    Tensor h = x;
    for (int i = 0; i < base.size(); i++) {
      h = base.get(i).forward(h, condition.base.get(i), alone);
    }
    for (int i = 0; i < branch.blocks.size(); i++) {
      h = branch.blocks.get(i).forward(h, modulations.get(i), alone);
    }
    return branch.head.forward(h, modulations.getLast());
  }

  /// The tensors of a file under the names of the parameters: `word_embed_bias` is the bias of
  /// `word_embed`.
  ///
  /// @param state tensors of a file
  /// @return the same memory
  public static StateDict fitted(StateDict state) {
    StateDict fitted = new StateDict(state.source());
    state
        .tensors()
        .forEach(
            (name, tensor) ->
                fitted.put(name.equals("word_embed_bias") ? "word_embed.bias" : name, tensor));
    return fitted;
  }

  /// The sizes.
  ///
  /// @return the configuration
  public VarConfig config() {
    return config;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  /// What the second predictor reads of a map: its own tokens, a learned vector for those that are
  /// masked.
  public static final class MaskedInput {
    private final ScaleEmbedding embedding;
    private final Tensor mask;

    /// Builds the input.
    ///
    /// @param p where `mask_embed.weight` comes from
    /// @param config sizes
    /// @param embedding projects latents
    public MaskedInput(Parameters p, VarConfig config, ScaleEmbedding embedding) {
      this.embedding = embedding;
      this.mask =
          p.at("mask_embed")
              .get(
                  "weight",
                  Shape.of(1, config.dim()),
                  Initializer.normal((float) Math.sqrt(1.0 / (3L * config.dim()))));
    }

    /// What is added to the rows of the sum.
    ///
    /// @param own `[B, n, d]`
    /// @param isMasked `[B, n, 1]` or `[1, n, 1]`, 1 or 0
    /// @return `[B, n, C]`
    public Tensor forward(Tensor own, Tensor isMasked) {
      Tensor one = Tensor.full(own.backend(), Shape.of(), 1);
      Tensor visible = embedding.product(own).mul(one.sub(isMasked)); // [B, n, C]
      return visible.add(mask.mul(isMasked));
    }
  }
}
