package dev.jacquard.models.hmar;

import dev.jacquard.models.quantizer.MultiScaleResidualQuantizer;
import dev.jacquard.models.var.GuidedBatch;
import dev.jacquard.models.var.MapSampler;
import dev.jacquard.models.var.ScalePlan;
import dev.jacquard.models.var.VarGenerator;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.op.SoftmaxOp;
import dev.jacquard.tensor.shape.Shape;
import it.unimi.dsi.fastutil.ints.IntArrays;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Draws pictures map by map, and some maps in several steps: the tokens of which the model was
/// least sure are masked and drawn again from the others.
///
/// Kumbong et al. 2025 (arXiv:2506.04421), section 3.3. The schedule can be chosen after training.
public final class HmarGenerator {
  /// How many tokens of each map the published models settle in each of its steps; later maps are
  /// drawn in one.
  public static final List<List<Integer>> PUBLISHED_STEPS =
      List.of(List.of(1), List.of(1, 3), List.of(1, 1, 2, 5));

  private static final double MASKED_GUIDANCE = 1e-6; // of the guidance, as in the released code

  private final HmarModel model;
  private final ScalePlan plan;
  private final MultiScaleResidualQuantizer quantizer;

  /// Creates a generator.
  ///
  /// @param model predicts maps; the caller keeps its memory alive
  /// @param quantizer makes pictures' latents of tokens
  /// @throws dev.jacquard.tensor.shape.ShapeException if their scales or codes differ
  public HmarGenerator(HmarModel model, MultiScaleResidualQuantizer quantizer) {
    VarGenerator.requireFit(model.config(), quantizer);
    this.model = model;
    this.plan = model.config().plan();
    this.quantizer = quantizer;
  }

  /// How pictures are drawn.
  ///
  /// @param guidance how far to go beyond the condition at the finest map; 0 for the condition
  ///   alone
  /// @param sampler draws tokens of guided logits
  /// @param steps of each map how many tokens each step settles; maps beyond the list take one step
  public record Request(double guidance, MapSampler sampler, List<List<Integer>> steps) {}

  /// A draw: of a whole map, or again of its masked tokens.
  ///
  /// @param scale number of the map
  /// @param step 0, or the number of the masked step
  /// @param logits `[B, n, V]`, guided, not filtered
  /// @param ids `[B, n]`, i32, of all tokens, those that are not masked included
  public record Draw(int scale, int step, Tensor logits, Tensor ids) {}

  /// Hears of draws and maps. Tensors are valid until it returns.
  public interface Listener {
    /// Ignores everything.
    Listener NONE =
        new Listener() {
          @Override
          public void onDraw(Draw draw) {}

          @Override
          public void onMap(int scale, Tensor ids, Tensor sum) {}
        };

    /// Called after each pass of the model.
    ///
    /// @param draw what was drawn
    void onDraw(Draw draw);

    /// Called after all steps of a map.
    ///
    /// @param scale its number
    /// @param ids `[B, n]`, i32
    /// @param sum `[B, d, H, W]`, the picture's latents so far
    void onMap(int scale, Tensor ids, Tensor sum);
  }

  /// Draws pictures.
  ///
  /// @param labels their classes
  /// @param request how they are drawn
  /// @param listener hears of each pass
  /// @return `[B, d, H, W]`, latents to decode
  /// @throws IllegalArgumentException if the steps of a map do not settle all of its tokens
  public Tensor generate(int[] labels, Request request, Listener listener) {
    GuidedBatch batch = new GuidedBatch(labels, model.config().noClass(), request.guidance != 0);
    requireSteps(request);
    int side = quantizer.sides().getLast();
    Tensor sum =
        Tensor.zeros(
            quantizer.table().backend(), Shape.of(batch.size(), quantizer.dim(), side, side));
    try (TensorScope scope = TensorScope.open("condition")) {
      HmarModel.Condition condition =
          scope.within(() -> model.condition(batch.rows(sum.backend())));
      for (int k = 0; k < plan.count(); k++) {
        MapDrawing map = new MapDrawing(k, condition, batch, sum, request, listener);
        TensorScope.run("map", map::draw);
      }
    }
    return sum;
  }

  private void requireSteps(Request request) {
    for (int k = 0; k < plan.count(); k++) {
      List<Integer> steps = steps(request, k);
      if (steps.stream().mapToInt(Integer::intValue).sum() != plan.cells(k)
          || steps.stream().anyMatch(n -> n < 1)) {
        throw new IllegalArgumentException(
            "hmar: steps of map %d do not settle its tokens; %s; need positive ones that add up to %d"
                .formatted(k, steps, plan.cells(k)));
      }
    }
  }

  private List<Integer> steps(Request request, int scale) {
    return scale < request.steps.size() ? request.steps.get(scale) : List.of(plan.cells(scale));
  }

  /// One map while it is drawn.
  private final class MapDrawing {
    private final int scale;
    private final HmarModel.Condition condition;
    private final GuidedBatch batch;
    private final Tensor sum;
    private final Request request;
    private final Listener listener;

    MapDrawing(
        int scale,
        HmarModel.Condition condition,
        GuidedBatch batch,
        Tensor sum,
        Request request,
        Listener listener) {
      this.scale = scale;
      this.condition = condition;
      this.batch = batch;
      this.sum = sum;
      this.request = request;
      this.listener = listener;
    }

    void draw() {
      Tensor latents = scale == 0 ? null : batch.both(quantizer.shrunk(sum, scale));
      double t = request.guidance * plan.progress(scale);
      Tensor logits = batch.guided(model.nextScale(condition, scale, latents), t);
      MapSampler.Drawn drawn = draw(logits, 0);
      int[][] ids = drawn.ids();
      List<Integer> steps = steps(request, scale);
      int[][] open = new int[ids.length][]; // places to draw again
      for (int b = 0; b < ids.length; b++) {
        open[b] = places(plan.cells(scale));
      }
      for (int step = 1; step < steps.size(); step++) {
        int left = steps.subList(step, steps.size()).stream().mapToInt(Integer::intValue).sum();
        for (int b = 0; b < ids.length; b++) {
          open[b] = leastSure(drawn, b, open[b], left);
        }
        drawn = again(latents, ids, open, step);
        for (int b = 0; b < ids.length; b++) {
          for (int place : open[b]) {
            ids[b][place] = drawn.ids()[b][place];
          }
        }
      }
      Tensor all = tensor(ids);
      sum.copyFrom(sum.add(quantizer.grown(all, scale)));
      listener.onMap(scale, all, sum);
    }

    private MapSampler.Drawn draw(Tensor logits, int step) {
      int begin = plan.begin(scale) + step * plan.total(); // random numbers of its own
      MapSampler.Drawn drawn = request.sampler.draw(logits, begin);
      listener.onDraw(new Draw(scale, step, logits, drawn.tensor(logits)));
      int[][] copy = Arrays.stream(drawn.ids()).map(int[]::clone).toArray(int[][]::new);
      return new MapSampler.Drawn(copy, drawn.logits());
    }

    private MapSampler.Drawn again(@Nullable Tensor latents, int[][] ids, int[][] open, int step) {
      int cells = plan.cells(scale);
      float[] masked = new float[ids.length * cells];
      for (int b = 0; b < ids.length; b++) {
        for (int place : open[b]) {
          masked[b * cells + place] = 1;
        }
      }
      Tensor isMasked = Tensor.of(sum.backend(), Shape.of(ids.length, cells, 1), masked);
      Tensor own = quantizer.shrunk(quantizer.grown(tensor(ids), scale), scale); // [B, n, d]
      Tensor logits =
          model.masked(condition, scale, latents, batch.both(own), batch.both(isMasked));
      return draw(batch.guided(logits, request.guidance * MASKED_GUIDANCE), step);
    }

    private Tensor tensor(int[][] ids) {
      return new MapSampler.Drawn(ids, new float[0][][]).tensor(sum);
    }

    /// The places of the `count` tokens of lowest probability.
    private int[] leastSure(MapSampler.Drawn drawn, int b, int[] among, int count) {
      float[] probability = new float[plan.cells(scale)];
      for (int place : among) {
        float[] row = drawn.logits()[b][place];
        Tensor logits = Tensor.of(sum.backend(), Shape.of(1, row.length), row);
        probability[place] = SoftmaxOp.apply(logits).toFloats()[drawn.ids()[b][place]];
      }
      int[] order = among.clone();
      IntArrays.mergeSort(order, (i, j) -> Float.compare(probability[i], probability[j]));
      return Arrays.copyOf(order, count);
    }

    private static int[] places(int count) {
      int[] places = new int[count];
      Arrays.setAll(places, i -> i);
      return places;
    }
  }
}
