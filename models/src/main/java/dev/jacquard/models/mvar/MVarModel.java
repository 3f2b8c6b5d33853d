package dev.jacquard.models.mvar;

import dev.jacquard.models.var.AdaLnHead;
import dev.jacquard.models.var.Modulation;
import dev.jacquard.models.var.ScaleContext;
import dev.jacquard.models.var.ScaleEmbedding;
import dev.jacquard.models.var.ScaleModel;
import dev.jacquard.models.var.VarConfig;
import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.layer.Mamba2;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.op.CrossEntropyOp;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// M-VAR's transformer: VAR's, with what block-causal attention does divided in two. Attention
/// stays inside a map; a Mamba-2 layer carries on from map to map, with a memory that does not
/// grow.
///
/// Ren et al. 2024 (arXiv:2411.10433), section 3. Differs: the authors' loop runs Mamba-2 again
/// over all coarser maps; here its state is kept, which gives the same numbers. Shapes as in
/// [dev.jacquard.models.var.VarModel].
public final class MVarModel implements Module, ScaleModel {
  private final Parameters parameters;
  private final VarConfig config;
  private final ScaleEmbedding embedding;
  private final List<MVarBlock> blocks = new ArrayList<>();
  private final AdaLnHead head;

  /// Builds the model.
  ///
  /// @param config its sizes; modulation cannot be shared
  /// @param p where the parameters come from
  public MVarModel(VarConfig config, Parameters p) {
    if (config.isModulationShared()) {
      throw new IllegalArgumentException(
          "m-var: shared modulation has six vectors, blocks have nine; need isModulationShared"
              + " off");
    }
    this.parameters = p;
    this.config = config;
    this.embedding = new ScaleEmbedding(p, config);
    for (int layer = 0; layer < config.nLayers(); layer++) {
      blocks.add(new MVarBlock(p.at("blocks." + layer), config));
    }
    this.head = new AdaLnHead(p, "", config);
  }

  /// What classes do to the model.
  ///
  /// @param vector `[B, C]`
  /// @param blocks of each block
  /// @param head of the head
  public record Condition(Tensor vector, List<Modulation> blocks, Modulation head) {}

  /// What classes do to the model.
  ///
  /// @param labels `[B]`, i32
  /// @return the modulation of every layer
  public Condition condition(Tensor labels) {
    Tensor vector = embedding.condition(labels);
    Tensor active = vector.map(Unary.SILU);
    List<Modulation> modulations = blocks.stream().map(block -> block.modulation(active)).toList();
    return new Condition(vector, modulations, head.modulation(active));
  }

  /// Logits of every token of whole pictures.
  ///
  /// @param labels `[B]`, i32
  /// @param latents `[B, L - n₀, d]`, as [dev.jacquard.models.var.ScaleInputs] makes them
  /// @return `[B, L, V]`
  public Tensor logits(Tensor labels, Tensor latents) {
    Condition condition = condition(labels);
    Tensor x = embedding.sequence(condition.vector, latents); // [B, L, C]
    return output(x, condition, new ScaleContext(config.plan().blockDiagonal(), null), null);
  }

  /// Mean cross-entropy of all tokens, in nats.
  ///
  /// @param labels `[B]`, i32
  /// @param latents `[B, L - n₀, d]`
  /// @param ids `[B, L]`, i32, the tokens
  /// @return scalar `[]`
  public Tensor loss(Tensor labels, Tensor latents, Tensor ids) {
    return CrossEntropyOp.apply(logits(labels, latents), ids);
  }

  private Tensor output(
      Tensor x, Condition condition, ScaleContext context, @Nullable List<Mamba2.State> states) {
    Tensor h = x;
    for (int i = 0; i < blocks.size(); i++) {
      Mamba2.State state = states == null ? null : states.get(i);
      h = blocks.get(i).forward(h, condition.blocks.get(i), context, state).out();
    }
    return head.forward(h, condition.head);
  }

  @Override
  public Session open(Tensor labels) {
    return new StateSession(labels);
  }

  private final class StateSession implements Session {
    private final TensorScope scope = TensorScope.open("mamba states");
    private final Condition condition;
    private final List<Mamba2.State> states;

    StateSession(Tensor labels) {
      condition = scope.within(() -> condition(labels));
      int batch = labels.shape().intDim(0);
      states =
          scope.within(
              () ->
                  blocks.stream()
                      .map(block -> block.mamba().start(parameters.backend(), batch))
                      .toList());
    }

    @Override
    public Tensor logits(int scale, @Nullable Tensor latents) {
      Tensor x =
          latents == null ? embedding.first(condition.vector) : embedding.map(latents, scale);
      ScaleContext alone = ScaleContext.map(x.shape().intDim(1), null);
      return output(x, condition, alone, states);
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
  public List<MVarBlock> blocks() {
    return List.copyOf(blocks);
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
