package dev.jacquard.models.nar;

import dev.jacquard.models.llamagen.CaptionMask;
import dev.jacquard.models.sampling.Guidance;
import dev.jacquard.models.sampling.LogitsProcessor;
import dev.jacquard.models.sampling.Sampler;
import dev.jacquard.nn.attention.KvCache;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.op.ConcatOp;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.Shape;
import java.util.Arrays;
import java.util.List;

/// Draws the codes of pictures, a diagonal in each pass: `2n - 1` passes for an `n x n` grid. The
/// codes of one diagonal are drawn independently, which is part of the method.
///
/// He et al. 2025 (arXiv:2503.10696), section 3.3.
public final class NarGenerator {
  private final NarModel model;
  private final DiagonalOrder order;

  /// Creates a generator.
  ///
  /// @param model the model; the caller keeps its memory alive
  public NarGenerator(NarModel model) {
    this.model = model;
    this.order = model.order();
  }

  /// How codes are drawn.
  ///
  /// @param guidance how far to go from what has no condition; its interval counts codes
  /// @param processors applied to the guided logits in this order; they see the codes by diagonals
  /// @param sampler chooses the code
  /// @param randoms one stream for each picture, addressed by places in raster order
  public record Request(
      Guidance guidance,
      List<LogitsProcessor> processors,
      Sampler sampler,
      List<RandomStream> randoms) {}

  /// Hears of each pass.
  @FunctionalInterface
  public interface Listener {
    /// Ignores everything.
    Listener NONE = (_, _) -> true;

    /// Called after a diagonal has been drawn.
    ///
    /// @param diagonal its number
    /// @param logits `[B][m][V]`, guided, filtered, from the top down
    /// @return false to stop
    boolean onDiagonal(int diagonal, float[][][] logits);
  }

  /// Draws pictures.
  ///
  /// @param conditions classes `[B]` or features of captions `[B, K, E]`
  /// @param mask which tokens of the captions count
  /// @param request how codes are drawn
  /// @param listener hears of each pass; may stop
  /// @return `[B][N]`, codes in raster order; 0 where they were not drawn
  public int[][] generate(Tensor conditions, CaptionMask mask, Request request, Listener listener) {
    int batch = conditions.shape().intDim(0);
    boolean isGuided = request.guidance.isNeeded();
    int rows = isGuided ? 2 * batch : batch;
    CaptionMask masks = isGuided ? mask.twice() : mask;
    int[][] codes = new int[batch][order.side() * order.side()]; // by diagonals
    try (TensorScope scope = TensorScope.open("key-value cache")) {
      int capacity = model.config().maxSeqLen() - 1; // the last code is never read
      KvCache cache = scope.within(() -> model.gpt().newCache(rows, capacity));
      int drawn = 0;
      for (int d = 0; d < order.diagonals(); d++) {
        int diagonal = d;
        int from = drawn - (d == 0 ? 0 : order.size(d - 1));
        float[] flat =
            TensorScope.call(
                "decode step",
                () ->
                    diagonal == 0
                        ? model.start(both(conditions, isGuided), cache, masks).toFloats()
                        : model
                            .next(diagonal - 1, ids(codes, from, diagonal - 1, rows), cache, masks)
                            .toFloats());
        float[][][] logits = choose(flat, codes, drawn, d, request);
        drawn += order.size(d);
        if (!listener.onDiagonal(d, logits)) {
          break;
        }
      }
    }
    return Arrays.stream(codes).map(this::toRaster).toArray(int[][]::new);
  }

  private Tensor both(Tensor conditions, boolean isGuided) {
    Tensor none = isGuided ? model.gpt().condition().none(conditions.shape().intDim(0)) : null;
    return none == null ? conditions : ConcatOp.apply(0, List.of(conditions, none));
  }

  /// The codes of one diagonal, for both halves.
  private Tensor ids(int[][] codes, int from, int d, int rows) {
    int width = order.size(d);
    int[] flat = new int[rows * width];
    for (int i = 0; i < rows; i++) {
      System.arraycopy(codes[i % codes.length], from, flat, i * width, width);
    }
    return Tensor.ofInts(model.parameters().backend(), Shape.of(rows, width), flat);
  }

  /// Draws diagonal `d` of each picture.
  ///
  /// @param flat `[2B, m, V]`
  /// @return `[B][m][V]`
  private float[][][] choose(float[] flat, int[][] codes, int drawn, int d, Request request) {
    int[] cells = order.cells(d);
    int width = model.config().vocabSize();
    float[][][] logits = new float[codes.length][cells.length][];
    for (int b = 0; b < codes.length; b++) {
      for (int k = 0; k < cells.length; k++) {
        float[] one = row(flat, b * cells.length + k, width);
        if (request.guidance.appliesTo(drawn)) {
          request.guidance.apply(one, row(flat, (codes.length + b) * cells.length + k, width));
        }
        for (LogitsProcessor processor : request.processors) {
          processor.process(b, codes[b], drawn, one);
        }
        codes[b][drawn + k] = request.sampler.sample(one, request.randoms.get(b), cells[k]);
        logits[b][k] = one;
      }
    }
    return logits;
  }

  private static float[] row(float[] rows, int number, int width) {
    return Arrays.copyOfRange(rows, number * width, (number + 1) * width);
  }

  private int[] toRaster(int[] byDiagonal) {
    int[] cells = order.cells();
    int[] raster = new int[cells.length];
    for (int i = 0; i < cells.length; i++) {
      raster[cells[i]] = byDiagonal[i];
    }
    return raster;
  }
}
