package dev.jacquard.models.tokenshuffle;

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
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.op.ConcatOp;
import dev.jacquard.tensor.op.EmbeddingOp;
import dev.jacquard.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A LlamaGen that reads and predicts a window of `s x s` codes at each position.
///
/// ```text
/// s² codes ──embed──▶ [s², C] ──fc_in──▶ [s², C/s²] ──join──▶ [C] ──mlp, mlp──▶ blocks
/// s² codes ◀─logits── [s², C] ◀─fc_out── [s², C/s²] ◀─split── [C] ◀─mlp, mlp── blocks
/// ```
///
/// Codes of a window are predicted independently, given all earlier windows. Ma et al. 2025
/// (arXiv:2504.17789), section 3. Differs: positions turn by row and column of the window, as in
/// LlamaGen, where the paper has one text and image sequence; and `fc_in` and `fc_out` are one
/// matrix each. Shapes: `B` batch, `K` condition tokens, `N` codes, `R = N / s²` windows, `C`
/// width, `V` codes to choose from.
public final class TokenShuffleModel implements CodePredictor {
  private final Parameters parameters;
  private final LlamaGenConfig config;
  private final LlamaGenModel gpt; // of a grid of windows
  private final WindowOrder windows;
  private final @Nullable Linear in; // null where a window is one code
  private final @Nullable Linear out;
  private final List<ResidualMlp> inBlocks = new ArrayList<>();
  private final List<ResidualMlp> outBlocks = new ArrayList<>();

  /// Builds the model.
  ///
  /// @param config sizes, with the grid of codes
  /// @param window rows and columns of a window, `s`; 1 for a plain LlamaGen
  /// @param nBlocks residual networks on each side; the paper has 2
  /// @param p where the parameters come from
  /// @throws IllegalArgumentException if windows do not fill the grid, or `C` has no `s²` parts
  public TokenShuffleModel(LlamaGenConfig config, int window, int nBlocks, Parameters p) {
    this.parameters = p;
    this.config = config;
    windows = new WindowOrder(config.side(), window);
    int dim = config.dim();
    int part = dim / windows.size();
    if (part * windows.size() != dim) {
      throw new IllegalArgumentException(
          "tokenShuffle: width has no part for each code of a window; dim %d, windows %dx%d; need a multiple of %d"
              .formatted(dim, window, window, windows.size()));
    }
    gpt = new LlamaGenModel(config.withSide(config.side() / window), p);
    Initializer normal = Initializer.normal(0.02f);
    Parameters shuffle = p.at("shuffle");
    Parameters unshuffle = p.at("unshuffle");
    in = window == 1 ? null : Linear.withoutBias(shuffle.at("fc_in"), dim, part, normal);
    out = window == 1 ? null : Linear.withoutBias(unshuffle.at("fc_out"), part, dim, normal);
    for (int i = 0; i < nBlocks; i++) {
      inBlocks.add(new ResidualMlp(shuffle.at("blocks." + i), dim, config.normEps()));
      outBlocks.add(new ResidualMlp(unshuffle.at("blocks." + i), dim, config.normEps()));
    }
  }

  /// Joins the codes of each window.
  ///
  /// @param codes `[B, T, C]`, embedded, window by window
  /// @return `[B, T / s², C]`
  Tensor shuffle(Tensor codes) {
    int dim = config.dim();
    int batch = codes.shape().intDim(0);
    int rows = codes.shape().intDim(1) / windows.size();
    Tensor x = in == null ? codes : in.forward(codes).reshape(batch, rows, dim); // [B, T / s², C]
    for (ResidualMlp block : inBlocks) {
      x = block.forward(x);
    }
    return x;
  }

  /// Parts windows into codes again.
  ///
  /// @param hidden `[B, R, C]`
  /// @return `[B, R·s², C]`, window by window
  Tensor unshuffle(Tensor hidden) {
    Tensor y = hidden;
    for (ResidualMlp block : outBlocks) {
      y = block.forward(y);
    }
    if (out == null) {
      return y;
    }
    int batch = y.shape().intDim(0);
    int codes = y.shape().intDim(1) * windows.size();
    return out.forward(y.reshape(batch, codes, config.dim() / windows.size())); // [B, R·s², C]
  }

  @Override
  public Tensor logits(Tensor conditions, Tensor ids, CaptionMask mask, Dropout dropout) {
    Tensor codes = gpt.codes().forward(picked(ids, windows.cells())); // [B, N, C]
    int read = config.imageTokens() - windows.size();
    Tensor windowsRead = shuffle(codes.narrow(1, 0, read)); // [B, R - 1, C]
    Tensor all = ConcatOp.apply(1, List.of(gpt.condition().forward(conditions), windowsRead));
    Tensor x = dropout.at(-1).apply(all); // [B, K + R - 1, C]
    int rows = x.shape().intDim(1);
    AttentionContext context = mask.applyTo(AttentionContext.causal(gpt.rotary(), rows, null));
    int layer = 0;
    for (LlamaGenBlock block : gpt.blocks()) {
      x = block.forward(x, context, dropout.at(layer++));
    }
    int before = config.conditionTokens() - 1;
    Tensor y = unshuffle(x.narrow(1, before, rows - before)); // [B, N, C]
    return gpt.output(raster(y)); // [B, N, V]
  }

  /// Codes of pictures in another order.
  private static Tensor picked(Tensor ids, int[] order) {
    int[] from = ids.toInts();
    int[] to = new int[from.length];
    for (int i = 0; i < to.length; i++) {
      int picture = i / order.length * order.length;
      to[i] = from[picture + order[i - picture]];
    }
    return Tensor.ofInts(ids.backend(), ids.shape(), to);
  }

  /// Rows in raster order from rows window by window.
  private Tensor raster(Tensor y) {
    int[] cells = windows.cells();
    int batch = y.shape().intDim(0);
    int[] rows = new int[batch * cells.length];
    for (int i = 0; i < rows.length; i++) {
      int picture = i / cells.length * cells.length;
      rows[picture + cells[i - picture]] = i;
    }
    Tensor ids = Tensor.ofInts(y.backend(), Shape.of(batch, cells.length), rows);
    return EmbeddingOp.apply(y.reshape(-1, config.dim()), ids); // [B, N, C]
  }

  /// The condition, whole windows, or both.
  ///
  /// @throws IllegalArgumentException if the codes end within a window
  @Override
  public Tensor read(Tensor x, KvCache cache, CaptionMask mask, int last) {
    int first = cache.length(0) == 0 ? config.conditionTokens() : 0;
    int codes = x.shape().intDim(1) - first;
    requireWhole(codes);
    Tensor rows = x;
    if (codes > 0) {
      Tensor z = shuffle(x.narrow(1, first, codes)); // [B, T / s², C]
      rows = first == 0 ? z : ConcatOp.apply(1, List.of(x.narrow(1, 0, first), z));
    }
    Tensor hidden = gpt.hidden(rows, cache, mask);
    int known = last / windows.size(); // positions
    return gpt.output(unshuffle(hidden.narrow(1, hidden.shape().intDim(1) - known, known)));
  }

  private void requireWhole(int codes) {
    if (codes % windows.size() != 0) {
      throw new IllegalArgumentException(
          "tokenShuffle: %d codes are no whole windows of %d; codes of a window come together"
              .formatted(codes, windows.size()));
    }
  }

  @Override
  public boolean isBlockwise() {
    return windows.size() > 1;
  }

  @Override
  public int blockSize(int drawn) {
    requireWhole(drawn);
    return windows.size();
  }

  @Override
  public int codesPerPosition() {
    return windows.size();
  }

  @Override
  public int[] order() {
    return windows.cells();
  }

  @Override
  public LlamaGenConfig config() {
    return config;
  }

  /// The LlamaGen inside, whose grid is one of windows.
  @Override
  public LlamaGenModel gpt() {
    return gpt;
  }

  @Override
  public void pack() {
    gpt.pack();
    inBlocks.forEach(ResidualMlp::pack);
    outBlocks.forEach(ResidualMlp::pack);
    if (in != null && out != null) {
      in.pack();
      out.pack();
    }
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
