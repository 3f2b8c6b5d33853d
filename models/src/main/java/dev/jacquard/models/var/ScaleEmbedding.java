package dev.jacquard.models.var;

import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.layer.Embedding;
import dev.jacquard.nn.layer.Linear;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.op.ConcatOp;
import dev.jacquard.tensor.op.LinearOp;
import dev.jacquard.tensor.shape.Shape;
import java.util.Arrays;
import java.util.List;

/// The input of a next-scale transformer: the class at the coarsest map, what is known of the
/// picture at the others, each with its place and level added.
///
/// Parameters, under the names of VAR's code: `word_embed.{weight, bias}` `[C, d]`,
/// `class_emb.weight` `[classes + 1, C]`, `pos_start` `[1, n₀, C]`, `pos_1LC` `[1, L, C]`,
/// `lvl_embed.weight` `[K, C]`. Shapes: `B` batch, `n` tokens of a map, `L` of all, `d` width of a
/// code, `C` width.
public final class ScaleEmbedding implements Module {
  private final Parameters parameters;
  private final ScalePlan plan;
  private final Linear words;
  private final Embedding classes;
  private final Tensor start;
  private final Tensor places;
  private final Embedding levels;

  /// Builds the tables.
  ///
  /// @param p where the parameters come from
  /// @param config sizes
  public ScaleEmbedding(Parameters p, VarConfig config) {
    this.parameters = p;
    this.plan = config.plan();
    int c = config.dim();
    var init = Initializers.linear(config);
    this.words = Linear.withBias(p.at("word_embed"), config.latentDim(), c, init);
    this.classes = new Embedding(p.at("class_emb"), config.nClasses() + 1, c, init);
    this.start = p.get("pos_start", Shape.of(1, plan.cells(0), c), init);
    this.places = p.get("pos_1LC", Shape.of(1, plan.total(), c), init);
    this.levels = new Embedding(p.at("lvl_embed"), plan.count(), c, init);
  }

  /// The vectors of classes.
  ///
  /// @param labels `[B]`, i32
  /// @return `[B, C]`
  public Tensor condition(Tensor labels) {
    return classes.forward(labels);
  }

  /// The rows of the coarsest map.
  ///
  /// @param condition `[B, C]`
  /// @return `[B, n₀, C]`
  public Tensor first(Tensor condition) {
    return opened(condition).add(places(0, plan.cells(0)));
  }

  private Tensor opened(Tensor condition) {
    return condition.reshape(condition.shape().dim(0), 1, -1).add(start); // [B, n₀, C]
  }

  /// The rows of a finer map.
  ///
  /// @param latents `[B, n, d]`, what is known of the picture at its size
  /// @param scale number of the map, from 1
  /// @return `[B, n, C]`
  public Tensor map(Tensor latents, int scale) {
    return words.forward(latents).add(places(plan.begin(scale), plan.begin(scale + 1)));
  }

  /// The rows of all maps.
  ///
  /// @param condition `[B, C]`
  /// @param latents `[B, L - n₀, d]`, what is known at each map but the coarsest
  /// @return `[B, L, C]`
  public Tensor sequence(Tensor condition, Tensor latents) {
    Tensor rows = ConcatOp.apply(1, List.of(opened(condition), words.forward(latents)));
    return rows.add(places(0, plan.total()));
  }

  /// Latents as the model sees them, without bias: for what is added to a map.
  ///
  /// @param latents `[..., d]`
  /// @return `[..., C]`
  public Tensor product(Tensor latents) {
    return LinearOp.apply(latents, words.weight());
  }

  /// Place plus level of some tokens.
  private Tensor places(int from, int to) {
    int[] level = new int[to - from];
    for (int k = 0; k < plan.count(); k++) {
      int begin = Math.clamp((long) plan.begin(k) - from, 0, level.length);
      int end = Math.clamp((long) plan.begin(k + 1) - from, 0, level.length);
      Arrays.fill(level, begin, end, k);
    }
    Tensor ids = Tensor.ofInts(places.backend(), Shape.of(level.length), level);
    return places.narrow(1, from, level.length).add(levels.forward(ids)); // [1, n, C]
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
