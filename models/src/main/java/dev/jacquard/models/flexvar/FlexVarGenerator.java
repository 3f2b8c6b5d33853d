package dev.jacquard.models.flexvar;

import dev.jacquard.models.quantizer.VectorQuantizer;
import dev.jacquard.models.sampling.GreedySampler;
import dev.jacquard.models.var.GuidedBatch;
import dev.jacquard.models.var.KnownTokens;
import dev.jacquard.models.var.MapSampler;
import dev.jacquard.models.var.ScalePlan;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.op.Interpolation;
import dev.jacquard.tensor.op.ResizeOp;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Draws pictures by any list of sizes, larger or not square ones included; the last map alone is
/// the picture.
///
/// Jiao et al. 2025 (arXiv:2502.20313), section 3.3 and the released code: sizes that the model was
/// not mostly trained on are drawn greedily.
public final class FlexVarGenerator {
  private static final int GUIDED_STEPS = 9; // guidance reaches its full strength there
  private static final int GROWING_SIDE = 16; // larger maps have it from the start

  private final FlexVarModel model;
  private final VectorQuantizer quantizer;

  /// Creates a generator.
  ///
  /// @param model predicts maps; the caller keeps its memory alive
  /// @param quantizer of its tokenizer
  public FlexVarGenerator(FlexVarModel model, VectorQuantizer quantizer) {
    this.model = model;
    this.quantizer = quantizer;
  }

  /// How guidance acts on the maps.
  public enum GuidanceRule {
    /// `(1 + t) c - t u`, with `t` growing from 0 to the guidance.
    GROWING,
    /// `u + s (c - u)` at every map, `s` the guidance.
    EQUAL
  }

  /// How pictures are drawn.
  ///
  /// @param guidance how far to go
  /// @param rule how guidance acts on the maps
  /// @param sampler draws tokens of guided logits
  /// @param known tokens to keep; null for none
  public record Request(
      double guidance, GuidanceRule rule, MapSampler sampler, @Nullable KnownTokens known) {}

  /// A map that has just been drawn.
  ///
  /// @param scale its number
  /// @param logits `[B, n, V]`, guided, not filtered
  /// @param ids `[B, n]`, i32
  public record Drawn(int scale, Tensor logits, Tensor ids) {}

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
  /// @param plan the maps
  /// @param request how they are drawn
  /// @param listener hears of each map
  /// @return `[B, d, rows, columns]`, the last map's codes, to decode
  public Tensor generate(int[] labels, ScalePlan plan, Request request, Listener listener) {
    double none = request.rule == GuidanceRule.GROWING ? 0 : 1;
    GuidedBatch batch = new GuidedBatch(labels, model.config().noClass(), request.guidance != none);
    Tensor rows = batch.rows(model.parameters().backend());
    List<int[]> ids = new ArrayList<>(); // of the latest map
    try (FlexVarModel.Session session = model.open(rows, plan)) {
      for (int k = 0; k < plan.count(); k++) {
        int scale = k;
        int[] drawn =
            TensorScope.call(
                "map",
                () -> {
                  int[] before = scale == 0 ? null : ids.getLast();
                  return drawMap(session, plan, scale, before, batch, request, listener);
                });
        ids.add(drawn);
      }
    }
    ScalePlan.Size last = plan.sizes().getLast();
    Shape shape = Shape.of(batch.size(), last.rows(), last.columns());
    return quantizer.lookup(Tensor.ofInts(rows.backend(), shape, ids.getLast()));
  }

  private int[] drawMap(
      FlexVarModel.Session session,
      ScalePlan plan,
      int scale,
      int @Nullable [] before,
      GuidedBatch batch,
      Request request,
      Listener listener) {
    Tensor latents = null;
    if (before != null) {
      Shape shape = Shape.of(batch.size(), plan.cells(scale - 1));
      Tensor known = Tensor.ofInts(model.parameters().backend(), shape, before);
      latents =
          batch.both(
              FlexVarModel.enlarged(
                  quantizer, known, plan.sizes().get(scale - 1), plan.sizes().get(scale)));
    }
    double t = strength(plan, scale, request);
    Tensor logits = batch.guided(session.logits(scale, latents), t); // [B, n, V]
    MapSampler.Drawn drawn = sampler(plan, scale, request).draw(logits, plan.begin(scale));
    if (request.known != null) {
      request.known.restore(scale, drawn.ids());
    }
    Tensor ids = drawn.tensor(logits);
    listener.onMap(new Drawn(scale, logits, ids));
    return ids.toInts();
  }

  private static double strength(ScalePlan plan, int scale, Request request) {
    if (request.rule == GuidanceRule.EQUAL) {
      return request.guidance - 1;
    }
    double steps = Math.max(1, Math.min(plan.count() - 1, GUIDED_STEPS));
    return side(plan, scale) > GROWING_SIDE ? request.guidance : request.guidance * scale / steps;
  }

  private MapSampler sampler(ScalePlan plan, int scale, Request request) {
    boolean isTrained = model.config().sides().contains(side(plan, scale));
    return isTrained
        ? request.sampler
        : new MapSampler(List.of(), new GreedySampler(), request.sampler.randoms());
  }

  private static int side(ScalePlan plan, int scale) {
    ScalePlan.Size size = plan.sizes().get(scale);
    return Math.max(size.rows(), size.columns());
  }

  /// Maps of another shape: each keeps the share of the whole that it has in a square list.
  ///
  /// @param sides a list for squares
  /// @param rows of the last map
  /// @param columns of the last map
  /// @return as many maps
  public static ScalePlan ofShape(List<Integer> sides, int rows, int columns) {
    int whole = sides.getLast();
    return new ScalePlan(
        sides.stream()
            .map(
                side ->
                    new ScalePlan.Size(
                        Math.max(1, rows * side / whole), Math.max(1, columns * side / whole)))
            .toList());
  }

  /// The tokens of pictures at every size: what the model is trained on, and what editing and
  /// refining keep.
  ///
  /// @param latents `[B, d, h, w]`, of the tokenizer's encoder
  /// @param plan the maps
  /// @return `[B, n]` of each map, i32
  public List<Tensor> tokens(Tensor latents, ScalePlan plan) {
    return plan.sizes().stream().map(size -> tokens(latents, size)).toList();
  }

  private Tensor tokens(Tensor latents, ScalePlan.Size size) {
    Tensor small = ResizeOp.apply(latents, Interpolation.AREA, size.rows(), size.columns());
    Tensor ids = quantizer.quantize(small).indices().to(DType.I32); // [B, h, w]
    return ids.reshape(latents.shape().dim(0), size.cells());
  }

  /// The tokens of a given picture whose first maps are kept whole, so that the model refines it in
  /// the others.
  ///
  /// @param ids `[B, n]` of each map, i32
  /// @param maps number of maps to keep
  /// @return what to keep
  public static KnownTokens refining(List<Tensor> ids, int maps) {
    List<boolean[]> keeps = new ArrayList<>();
    for (int k = 0; k < ids.size(); k++) {
      boolean[] keep = new boolean[ids.get(k).shape().intDim(1)];
      Arrays.fill(keep, k < maps);
      keeps.add(keep);
    }
    return new KnownTokens(ids, keeps);
  }
}
