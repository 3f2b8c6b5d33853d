package dev.jacquard.models.nar;

import dev.jacquard.models.llamagen.CaptionMask;
import dev.jacquard.models.llamagen.CodePredictor;
import dev.jacquard.models.llamagen.LlamaGenBlock;
import dev.jacquard.models.llamagen.LlamaGenConfig;
import dev.jacquard.models.llamagen.LlamaGenModel;
import dev.jacquard.nn.Initializer;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.attention.AttentionContext;
import dev.jacquard.nn.attention.KvCache;
import dev.jacquard.nn.layer.Dropout;
import dev.jacquard.nn.layer.Linear;
import dev.jacquard.nn.layer.RmsNorm;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.AttentionMask;
import dev.jacquard.tensor.op.EmbeddingOp;
import dev.jacquard.tensor.shape.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// NAR's GPT: a LlamaGen with two heads, one for the code to the right and one for the code below,
/// which are averaged where a cell has both neighbours.
///
/// He et al. 2025 (arXiv:2503.10696), section 3.2. The head for the right is LlamaGen's own, after
/// block `nLayers - 1`; that for below has further blocks, `medusa_norm` and `medusa_output`.
/// Shapes: `B` batch, `K` condition tokens, `N` codes of a picture, `C` width, `V` codes to choose
/// from.
///
/// Rows are kept in the order of [DiagonalOrder], where every row sees a range: the condition, all
/// earlier diagonals and its own. Differs: the authors' code keeps raster order and a matrix of
/// truths; the sums are the same.
public final class NarModel implements CodePredictor {
  private final Parameters parameters;
  private final LlamaGenModel gpt;
  private final RmsNorm belowNorm;
  private final Linear below;
  private final DiagonalOrder order;
  private final int[] places; // of each row in raster order
  private final int[] seen; // number of rows that each row sees

  /// Builds the model.
  ///
  /// @param config sizes of the LlamaGen
  /// @param furtherBlocks number of blocks that only the head for below reads; the paper has 1
  /// @param p where the parameters come from
  public NarModel(LlamaGenConfig config, int furtherBlocks, Parameters p) {
    this.parameters = p;
    gpt = new LlamaGenModel(config, p, furtherBlocks);
    belowNorm = new RmsNorm(p.at("medusa_norm"), config.dim(), config.normEps());
    below =
        Linear.withoutBias(
            p.at("medusa_output"), config.dim(), config.vocabSize(), Initializer.normal(0.02f));
    order = new DiagonalOrder(config.side());
    places = new int[config.maxSeqLen()];
    seen = new int[config.maxSeqLen()];
    int filled = 0;
    for (; filled < config.conditionTokens(); filled++) {
      places[filled] = filled;
      seen[filled] = filled + 1;
    }
    for (int d = 0; d < order.diagonals(); d++) {
      int end = filled + order.size(d);
      for (int cell : order.cells(d)) {
        places[filled] = config.conditionTokens() + cell;
        seen[filled++] = end;
      }
    }
  }

  /// Something for each of the two heads.
  ///
  /// @param right for the code to the right
  /// @param below for the code below
  public record Heads(Tensor right, Tensor below) {}

  /// Each from its neighbours on the diagonal before.
  @Override
  public Tensor logits(Tensor conditions, Tensor ids, CaptionMask mask, Dropout dropout) {
    AttentionContext context = mask.applyTo(wholePictures());
    Tensor x = dropout.at(-1).apply(sequence(conditions, ids));
    Heads hidden = hidden(x, context, dropout); // [B, K + N, C]
    int first = config().conditionTokens() - 1;
    int rows = config().imageTokens() + 1;
    Heads known =
        output(new Heads(hidden.right.narrow(1, first, rows), hidden.below.narrow(1, first, rows)));
    return combined(known); // [B, N, V]
  }

  /// The input of the first block: the condition, then the codes by diagonals.
  ///
  /// @param conditions classes `[B]` or features of captions `[B, K, E]`
  /// @param ids `[B, N]`, i32, in raster order
  /// @return `[B, K + N, C]`
  public Tensor sequence(Tensor conditions, Tensor ids) {
    int[] raster = ids.toInts();
    int[] byDiagonal = new int[raster.length];
    int[] cells = order.cells();
    for (int i = 0; i < raster.length; i++) {
      int picture = i / cells.length * cells.length;
      byDiagonal[i] = raster[picture + cells[i % cells.length]];
    }
    return gpt.sequence(conditions, Tensor.ofInts(ids.backend(), ids.shape(), byDiagonal));
  }

  /// The context of [#sequence]: the rows of a condition see those before them, the rows of a
  /// diagonal all rows up to its end.
  ///
  /// @return a context of `K + N` rows
  public AttentionContext wholePictures() {
    return context(0, config().maxSeqLen(), null);
  }

  /// The rows `from` to `to` of [#sequence], after those in a cache.
  private AttentionContext context(int from, int to, @Nullable KvCache cache) {
    int[] positions = Arrays.copyOfRange(places, from, to);
    int[] ends = Arrays.copyOfRange(seen, from, to);
    AttentionMask mask = AttentionMask.ranges(to, new int[to - from], ends);
    return new AttentionContext(gpt.rotary().at(positions), 0, mask, null, cache);
  }

  /// Runs the blocks.
  ///
  /// @param x `[B, T, C]`
  /// @param context places of the rows, what they see, and earlier rows
  /// @return what each head reads, `[B, T, C]`
  public Heads hidden(Tensor x, AttentionContext context) {
    return hidden(x, context, Dropout.NONE);
  }

  private Heads hidden(Tensor x, AttentionContext context, Dropout dropout) {
    Tensor right = x;
    Tensor last = x;
    int done = 0;
    for (LlamaGenBlock block : gpt.blocks()) {
      last = block.forward(last, context, dropout.at(done));
      if (++done == config().nLayers()) {
        right = last;
      }
    }
    return new Heads(right, last);
  }

  /// Logits of both heads.
  ///
  /// @param hidden `[B, T, C]` each
  /// @return `[B, T, V]` each
  public Heads output(Heads hidden) {
    return new Heads(gpt.output(hidden.right), below.forward(belowNorm.forward(hidden.below)));
  }

  /// Puts the heads together for whole pictures.
  ///
  /// @param known `[B, 1 + N, V]`: of the last condition token, then by diagonals
  /// @return `[B, N, V]`, in raster order
  private Tensor combined(Heads known) {
    int side = order.side();
    int cells = side * side;
    int batch = known.right.shape().intDim(0);
    int[] rowOf = new int[cells]; // of a cell in `known`
    int[] byDiagonal = order.cells();
    for (int i = 0; i < cells; i++) {
      rowOf[byDiagonal[i]] = i + 1;
    }
    int[] leftRow = new int[batch * cells]; // 0, the condition's, where there is no neighbour
    int[] aboveRow = new int[batch * cells];
    float[] leftShare = new float[cells];
    float[] aboveShare = new float[cells];
    for (int cell = 0; cell < cells; cell++) {
      boolean hasLeft = cell % side > 0;
      boolean hasAbove = cell >= side;
      leftShare[cell] = share(hasLeft, hasAbove);
      aboveShare[cell] = share(hasAbove, hasLeft);
      for (int b = 0; b < batch; b++) {
        int offset = b * (cells + 1);
        leftRow[b * cells + cell] = offset + (hasLeft ? rowOf[cell - 1] : 0);
        aboveRow[b * cells + cell] = offset + (hasAbove ? rowOf[cell - side] : 0);
      }
    }
    Shape picked = Shape.of(batch, cells);
    return picked(known.right, picked, leftRow, leftShare)
        .add(picked(known.below, picked, aboveRow, aboveShare));
  }

  /// How much a head counts: alone, half beside the other, or not at all. The corner has neither
  /// neighbour and takes half of both from the condition.
  private static float share(boolean hasNeighbour, boolean hasOther) {
    return hasNeighbour == hasOther ? 0.5f : hasNeighbour ? 1 : 0;
  }

  private static Tensor picked(Tensor logits, Shape shape, int[] rows, float[] shares) {
    Tensor table = logits.reshape(-1, logits.shape().last()); // [B·(1 + N), V]
    Tensor ids = Tensor.ofInts(logits.backend(), shape, rows);
    Tensor share = Tensor.of(logits.backend(), Shape.of(shares.length, 1), shares);
    return EmbeddingOp.apply(table, ids).mul(share); // [B, N, V]
  }

  // ---- drawing ----

  /// The condition, whole diagonals, or both.
  ///
  /// @param last of how many codes logits are wanted: those of the diagonal that follows, or 0
  /// @throws IllegalArgumentException if the codes end within a diagonal
  @Override
  public Tensor read(Tensor x, KvCache cache, CaptionMask mask, int last) {
    int from = cache.length();
    int to = from + x.shape().intDim(1);
    int next = order.diagonalAfter(to - config().conditionTokens());
    Heads hidden = hidden(x, mask.applyTo(context(from, to, cache))); // [B, T, C]
    cache.advance(to - from);
    int rows = last == 0 ? 0 : next == 0 ? 1 : order.size(next - 1);
    int first = to - from - rows;
    Heads known =
        output(new Heads(hidden.right.narrow(1, first, rows), hidden.below.narrow(1, first, rows)));
    if (next > 0 && last > 0) {
      return nextDiagonal(known, next - 1);
    }
    return known.right.add(known.below).scale(0.5f); // of the corner, from the condition
  }

  @Override
  public boolean isBlockwise() {
    return true;
  }

  /// The size of the diagonal that follows.
  @Override
  public int blockSize(int drawn) {
    return order.size(order.diagonalAfter(drawn));
  }

  @Override
  public int[] order() {
    return order.cells();
  }

  /// From the heads of a diagonal to the logits of the next: both ends are added while diagonals
  /// grow.
  private Tensor nextDiagonal(Heads known, int d) {
    int rows = known.right.shape().intDim(1);
    boolean isGrowing = d < order.side() - 1;
    Shape shape = known.right.shape();
    int next = isGrowing ? rows + 1 : rows - 1;
    Tensor logits = Tensor.empty(known.right.backend(), shape.with(1, next)); // [B, m', V]
    int first = isGrowing ? 1 : 0; // place of the first inner cell
    if (rows > 1) {
      Tensor fromAbove = known.below.narrow(1, 0, rows - 1);
      Tensor fromLeft = known.right.narrow(1, 1, rows - 1);
      logits.narrow(1, first, rows - 1).copyFrom(fromAbove.add(fromLeft).scale(0.5f));
    }
    if (isGrowing) {
      logits.narrow(1, 0, 1).copyFrom(known.right.narrow(1, 0, 1));
      logits.narrow(1, rows, 1).copyFrom(known.below.narrow(1, rows - 1, 1));
    }
    return logits;
  }

  /// The LlamaGen inside, whose own head is the one for the right, with the further blocks.
  @Override
  public LlamaGenModel gpt() {
    return gpt;
  }

  @Override
  public LlamaGenConfig config() {
    return gpt.config();
  }

  /// The diagonals of the model's grid.
  ///
  /// @return the order of drawing
  public DiagonalOrder diagonals() {
    return order;
  }

  @Override
  public void pack() {
    gpt.pack();
    below.pack();
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
