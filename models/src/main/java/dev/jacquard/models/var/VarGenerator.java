package dev.jacquard.models.var;

import dev.jacquard.models.quantizer.MultiScaleResidualQuantizer;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.op.LinearOp;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Draws pictures map by map: `K` passes, whatever the number of tokens.
///
/// ```text
/// F = 0;  for each map k:  tokens ~ model(class, area(F, size of k)),  F ← F + φ(bicubic(codes))
/// ```
///
/// Guidance grows linearly from 0 at the coarsest map to its full strength at the finest. Tian et
/// al. 2024 (arXiv:2404.02905), section 3 and the released code.
public final class VarGenerator {
  private final ScaleModel model;
  private final ScalePlan plan;
  private final MultiScaleResidualQuantizer quantizer;

  /// Creates a generator.
  ///
  /// @param model predicts maps; the caller keeps its memory alive
  /// @param quantizer makes pictures' latents of tokens
  /// @throws ShapeException if their scales or codes differ
  public VarGenerator(ScaleModel model, MultiScaleResidualQuantizer quantizer) {
    requireFit(model.config(), quantizer);
    this.model = model;
    this.plan = model.config().plan();
    this.quantizer = quantizer;
  }

  /// Refuses a tokenizer of other maps or codes.
  ///
  /// @param config of the transformer
  /// @param quantizer of the tokenizer
  /// @throws ShapeException if their scales or codes differ
  public static void requireFit(VarConfig config, MultiScaleResidualQuantizer quantizer) {
    if (!config.sides().equals(quantizer.sides())
        || config.vocabSize() != quantizer.codebookSize()
        || config.latentDim() != quantizer.dim()) {
      throw new ShapeException(
          "var: tokenizer does not fit the transformer; scales %s, %d codes of %d numbers; need %s, %d codes of %d"
              .formatted(
                  quantizer.sides(),
                  quantizer.codebookSize(),
                  quantizer.dim(),
                  config.sides(),
                  config.vocabSize(),
                  config.latentDim()));
    }
  }

  /// How pictures are drawn.
  ///
  /// @param guidance how far to go beyond the condition at the finest map; 0 for the condition
  ///   alone
  /// @param sampler draws tokens of guided logits
  /// @param isSmooth whether to mix codes by a Gumbel softmax in place of drawing tokens: smoother
  ///   pictures, of another distribution
  /// @param known tokens to keep; null for none
  public record Request(
      double guidance, MapSampler sampler, boolean isSmooth, @Nullable KnownTokens known) {}

  /// A map that has just been drawn.
  ///
  /// @param scale its number
  /// @param logits `[B, n, V]`, guided, not filtered
  /// @param ids `[B, n]`, i32
  /// @param sum `[B, d, H, W]`, the picture's latents so far
  public record Drawn(int scale, Tensor logits, Tensor ids, Tensor sum) {}

  /// Hears of each map. Tensors are valid until it returns.
  @FunctionalInterface
  public interface Listener {
    /// Ignores everything.
    Listener NONE = _ -> {};

    /// Called after a map has been drawn.
    ///
    /// @param drawn the map
    void onMap(Drawn drawn);
  }

  /// Draws pictures.
  ///
  /// @param labels their classes
  /// @param request how they are drawn
  /// @param listener hears of each map
  /// @return `[B, d, H, W]`, latents to decode
  public Tensor generate(int[] labels, Request request, Listener listener) {
    int side = quantizer.sides().getLast();
    GuidedBatch batch = new GuidedBatch(labels, model.config().noClass(), request.guidance != 0);
    Shape shape = Shape.of(batch.size(), quantizer.dim(), side, side);
    Tensor sum = Tensor.zeros(quantizer.table().backend(), shape);
    try (ScaleModel.Session session = model.open(batch.rows(sum.backend()))) {
      for (int k = 0; k < plan.count(); k++) {
        int scale = k;
        TensorScope.run("map", () -> drawMap(session, scale, sum, batch, request, listener));
      }
    }
    return sum;
  }

  private void drawMap(
      ScaleModel.Session session,
      int scale,
      Tensor sum,
      GuidedBatch batch,
      Request request,
      Listener listener) {
    Tensor latents = scale == 0 ? null : batch.both(quantizer.shrunk(sum, scale));
    double t = request.guidance * plan.progress(scale);
    Tensor logits = batch.guided(session.logits(scale, latents), t); // [B, n, V]
    MapSampler.Drawn drawn = request.sampler.draw(logits, plan.begin(scale));
    if (request.known != null) {
      request.known.restore(scale, drawn.ids());
    }
    Tensor ids = drawn.tensor(logits);
    Tensor grown =
        request.isSmooth
            ? quantizer.spread(smooth(drawn, scale, request), scale)
            : quantizer.grown(ids, scale);
    sum.copyFrom(sum.add(grown));
    listener.onMap(new Drawn(scale, logits, ids, sum));
  }

  /// Codes mixed by `softmax((logits · (1 + r) + Gumbel) / τ)`, `r` the progress and `τ` falling
  /// with it; kept tokens have their own code.
  private Tensor smooth(MapSampler.Drawn drawn, int scale, Request request) {
    double progress = plan.progress(scale);
    double tau = Math.max(0.27 * (1 - 0.95 * progress), 0.005);
    int batch = drawn.ids().length;
    int cells = plan.cells(scale);
    int width = quantizer.codebookSize();
    float[] shares = new float[batch * cells * width];
    for (int b = 0; b < batch; b++) {
      RandomStream random = request.sampler.randoms().get(b).split("smooth");
      for (int i = 0; i < cells; i++) {
        int at = (b * cells + i) * width;
        if (request.known != null && request.known.keeps().get(scale)[i]) {
          shares[at + drawn.ids()[b][i]] = 1;
        } else {
          long noise = (long) (plan.begin(scale) + i) * width;
          mix(drawn.logits()[b][i], 1 + progress, tau, random, noise, shares, at);
        }
      }
    }
    Tensor mixed = Tensor.of(quantizer.table().backend(), Shape.of(batch, cells, width), shares);
    return LinearOp.apply(mixed, quantizer.table().transpose(0, 1)); // [B, n, d]
  }

  private static void mix(
      float[] logits,
      double factor,
      double tau,
      RandomStream random,
      long noise,
      float[] shares,
      int at) {
    double[] scores = new double[logits.length];
    double largest = Double.NEGATIVE_INFINITY;
    for (int v = 0; v < scores.length; v++) {
      scores[v] = (logits[v] * factor + random.gumbel(noise + v)) / tau;
      largest = Math.max(largest, scores[v]);
    }
    double total = 0;
    for (int v = 0; v < scores.length; v++) {
      scores[v] = Math.exp(scores[v] - largest);
      total += scores[v];
    }
    for (int v = 0; v < scores.length; v++) {
      shares[at + v] = (float) (scores[v] / total);
    }
  }

  /// The tokens of one draw, map by map, as [KnownTokens] takes them.
  ///
  /// @param latents `[B, d, H, W]`, of a given picture
  /// @return `[B, n]` of each map, i32
  public List<Tensor> tokens(Tensor latents) {
    return quantizer.scales(latents).indices();
  }
}
