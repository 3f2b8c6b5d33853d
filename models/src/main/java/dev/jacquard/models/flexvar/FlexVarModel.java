package dev.jacquard.models.flexvar;

import dev.jacquard.models.quantizer.VectorQuantizer;
import dev.jacquard.models.var.AdaLnBlock;
import dev.jacquard.models.var.AdaLnHead;
import dev.jacquard.models.var.Initializers;
import dev.jacquard.models.var.Modulation;
import dev.jacquard.models.var.ScaleContext;
import dev.jacquard.models.var.ScalePlan;
import dev.jacquard.models.var.VarConfig;
import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.attention.KvCache;
import dev.jacquard.nn.layer.Embedding;
import dev.jacquard.nn.layer.Linear;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.op.ConcatOp;
import dev.jacquard.tensor.op.CrossEntropyOp;
import dev.jacquard.tensor.op.Interpolation;
import dev.jacquard.tensor.op.ResizeOp;
import dev.jacquard.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// FlexVAR's transformer: every map is the whole picture at its size, predicted from the map
/// before, enlarged. No residuals, no levels, and a table of places that is shrunk to each map, so
/// that any list of sizes can be drawn.
///
/// Jiao et al. 2025 (arXiv:2502.20313), section 3. Parameters: VAR's, but `pos_1LC` `[1, C, 32,
/// 32]` and no `lvl_embed`. Shapes as in [dev.jacquard.models.var.VarModel].
public final class FlexVarModel implements Module {
  private static final int TABLE = 32; // rows and columns of the table of places

  private final Parameters parameters;
  private final VarConfig config;
  private final Tensor start;
  private final Tensor places;
  private final Linear words;
  private final Embedding classes;
  private final List<AdaLnBlock> blocks = new ArrayList<>();
  private final AdaLnHead head;

  /// Builds the model.
  ///
  /// @param config its sizes; its scales are those that it is trained on most
  /// @param p where the parameters come from
  public FlexVarModel(VarConfig config, Parameters p) {
    if (config.isModulationShared()) {
      throw new IllegalArgumentException(
          "flexvar: blocks have modulations of their own; need isModulationShared off");
    }
    this.parameters = p;
    this.config = config;
    int c = config.dim();
    var init = Initializers.linear(config);
    this.start = p.get("pos_start", Shape.of(1, 1, c), init);
    this.places =
        p.get("pos_1LC", Shape.of(1, c, TABLE, TABLE), (table, _) -> table.copyFrom(waves(c)));
    this.words = Linear.withBias(p.at("word_embed"), config.latentDim(), c, init);
    this.classes = new Embedding(p.at("class_emb"), config.nClasses() + 1, c, init);
    for (int layer = 0; layer < config.nLayers(); layer++) {
      blocks.add(new AdaLnBlock(p.at("blocks." + layer), config, layer));
    }
    this.head = new AdaLnHead(p, "", config);
  }

  /// How the table of places starts: sines of the row, cosines of the column, in turn.
  private static float[] waves(int dim) {
    float[] values = new float[dim * TABLE * TABLE];
    for (int i = 0; i < values.length; i++) {
      int channel = i / (TABLE * TABLE);
      int row = i / TABLE % TABLE;
      int column = i % TABLE;
      int pair = channel / 2;
      double frequency = Math.pow(10000, -2.0 * pair / dim);
      values[i] =
          (float) (channel % 2 == 0 ? Math.sin(row * frequency) : Math.cos(column * frequency));
    }
    return values;
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
    Tensor vector = classes.forward(labels);
    Tensor active = vector.map(Unary.SILU);
    return new Condition(
        vector,
        blocks.stream().map(block -> block.modulation(active, null)).toList(),
        head.modulation(active));
  }

  /// The table of places shrunk to a map.
  ///
  /// @param size rows and columns
  /// @return `[1, C, rows, columns]`
  public Tensor places(ScalePlan.Size size) {
    return ResizeOp.apply(places, Interpolation.AREA, size.rows(), size.columns());
  }

  private Tensor placeRows(ScalePlan.Size size) {
    return rows(places(size)); // [1, n, C]
  }

  /// `[B, C, h, w]` as `[B, n, C]`.
  static Tensor rows(Tensor map) {
    Shape s = map.shape();
    return map.permute(0, 2, 3, 1).contiguous().reshape(s.dim(0), s.dim(2) * s.dim(3), s.dim(1));
  }

  /// What the model reads of a map: its codes, enlarged to the next size.
  ///
  /// @param quantizer of the tokenizer
  /// @param ids `[B, n]`, i32, tokens of a map
  /// @param size of the map
  /// @param next size of the map to predict
  /// @return `[B, n', d]`
  public static Tensor enlarged(
      VectorQuantizer quantizer, Tensor ids, ScalePlan.Size size, ScalePlan.Size next) {
    Tensor codes = quantizer.lookup(ids.reshape(-1, size.rows(), size.columns())); // [B, d, h, w]
    return rows(ResizeOp.apply(codes, Interpolation.CUBIC, next.rows(), next.columns()));
  }

  /// What the model reads of known pictures.
  ///
  /// @param quantizer of the tokenizer
  /// @param ids `[B, n]` of each map, i32; the finest is not read
  /// @param plan the maps
  /// @return `[B, L - n₀, d]`
  public static Tensor inputs(VectorQuantizer quantizer, List<Tensor> ids, ScalePlan plan) {
    List<Tensor> parts = new ArrayList<>();
    for (int k = 0; k < plan.count() - 1; k++) {
      parts.add(enlarged(quantizer, ids.get(k), plan.sizes().get(k), plan.sizes().get(k + 1)));
    }
    return ConcatOp.apply(1, parts);
  }

  /// The rows of all maps.
  ///
  /// @param condition what the classes do
  /// @param latents `[B, L - n₀, d]`, as [#inputs] makes them
  /// @param plan the maps
  /// @return `[B, L, C]`
  public Tensor sequence(Condition condition, Tensor latents, ScalePlan plan) {
    Tensor read = words.forward(latents); // [B, L - n₀, C]
    Tensor rows = ConcatOp.apply(1, List.of(opened(condition, plan), read));
    return rows.add(ConcatOp.apply(1, plan.sizes().stream().map(this::placeRows).toList()));
  }

  private Tensor opened(Condition condition, ScalePlan plan) {
    Tensor first = condition.vector.reshape(condition.vector.shape().dim(0), 1, -1).add(start);
    return ConcatOp.apply(1, Collections.nCopies(plan.cells(0), first)); // [B, n₀, C]
  }

  /// Logits of every token of whole pictures.
  ///
  /// @param labels `[B]`, i32
  /// @param latents `[B, L - n₀, d]`, as [#inputs] makes them
  /// @param plan the maps
  /// @return `[B, L, V]`
  public Tensor logits(Tensor labels, Tensor latents, ScalePlan plan) {
    Condition condition = condition(labels);
    Tensor x = sequence(condition, latents, plan); // [B, L, C]
    return output(x, condition, new ScaleContext(plan.blockCausal(), null));
  }

  /// Mean cross-entropy of all tokens, in nats.
  ///
  /// @param labels `[B]`, i32
  /// @param latents `[B, L - n₀, d]`, as [#inputs] makes them
  /// @param ids `[B, L]`, i32, the tokens
  /// @param plan the maps
  /// @return scalar `[]`
  public Tensor loss(Tensor labels, Tensor latents, Tensor ids, ScalePlan plan) {
    return CrossEntropyOp.apply(logits(labels, latents, plan), ids);
  }

  private Tensor output(Tensor x, Condition condition, ScaleContext context) {
    Tensor h = x;
    for (int i = 0; i < blocks.size(); i++) {
      h = blocks.get(i).forward(h, condition.blocks.get(i), context);
    }
    return head.forward(h, condition.head);
  }

  /// Starts pictures that grow together.
  ///
  /// @param labels `[B]`, i32, their classes
  /// @param plan the maps
  /// @return a session, closed by the caller
  public Session open(Tensor labels, ScalePlan plan) {
    return new Session(labels, plan);
  }

  /// `B` pictures with keys and values of their coarser maps. Used by one thread.
  public final class Session implements AutoCloseable {
    private final TensorScope scope = TensorScope.open("key-value cache");
    private final ScalePlan plan;
    private final Condition condition;
    private final KvCache cache;

    private Session(Tensor labels, ScalePlan plan) {
      this.plan = plan;
      this.condition = scope.within(() -> condition(labels));
      this.cache =
          scope.within(
              () ->
                  new KvCache(
                      parameters.backend(),
                      blocks.size(),
                      labels.shape().intDim(0),
                      plan.total(),
                      config.nHeads(),
                      config.headDim()));
    }

    /// Predicts the next map.
    ///
    /// @param scale its number; 0 first, then one more each time
    /// @param latents `[B, n, d]`, the map before, enlarged; null for scale 0
    /// @return `[B, n, V]`
    public Tensor logits(int scale, @Nullable Tensor latents) {
      Tensor read = latents == null ? opened(condition, plan) : words.forward(latents);
      Tensor x = read.add(placeRows(plan.sizes().get(scale)));
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

  /// The sizes.
  ///
  /// @return the configuration
  public VarConfig config() {
    return config;
  }

  /// The blocks, first to last.
  ///
  /// @return an unmodifiable list
  public List<AdaLnBlock> blocks() {
    return List.copyOf(blocks);
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
