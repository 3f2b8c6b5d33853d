package dev.jacquard.models.eval.golden;

import static dev.jacquard.models.eval.golden.GoldenFolder.CASES;

import dev.jacquard.models.decoding.DecodingLoop;
import dev.jacquard.models.decoding.NeighborLoop;
import dev.jacquard.models.llamagen.CaptionMask;
import dev.jacquard.models.llamagen.LlamaGenBlock;
import dev.jacquard.models.llamagen.LlamaGenConfig;
import dev.jacquard.models.llamagen.LlamaGenSequences;
import dev.jacquard.models.llamagen.LlamaGenWeights;
import dev.jacquard.models.nar.DiagonalOrder;
import dev.jacquard.models.nar.NarModel;
import dev.jacquard.models.sampling.GreedySampler;
import dev.jacquard.models.sampling.Guidance;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.attention.AttentionContext;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.AttentionMask;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.Shape;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// NAR's GPT: mask, activations, both heads, loss, and greedy drawing with guidance.
public final class NarGoldenCheck implements GoldenCheck {
  private static final Pattern DRAWING =
      Pattern.compile("gen\\.cfg([0-9.]+?)(?:_interval(\\d+))?\\.ids");

  /// Creates the check.
  public NarGoldenCheck() {}

  @Override
  public String system() {
    return "nar";
  }

  @Override
  public boolean needsAll() {
    return true;
  }

  @Override
  public void check(GoldenFolder folder, GoldenReport report) throws IOException {
    LlamaGenConfig config = LlamaGenConfig.read(folder.config());
    int further =
        folder.config().has("medusa_attention_num")
            ? folder.config().intValue("medusa_attention_num")
            : 1;
    NarModel model = new NarModel(config, further, Parameters.random(folder.backend(), 0));
    model.parameters().load(LlamaGenWeights.fitted(folder.weights("model.safetensors"), config));
    for (GoldenTensor tensor : folder.tolerances().keySet()) {
      if (tensor.name().startsWith("in.")) {
        report.compare(CASES, tensor.name(), folder.tensor(tensor)); // went through the reader
      }
    }
    Tensor conditions = conditions(folder, config);
    forward(model, conditions, folder, report);
    for (GoldenTensor tensor : folder.tolerances().keySet()) {
      Matcher drawing = DRAWING.matcher(tensor.name());
      if (drawing.matches()) {
        draw(model, conditions, folder, report, drawing);
      }
    }
  }

  private static Tensor conditions(GoldenFolder folder, LlamaGenConfig config) throws IOException {
    return config.kind() == LlamaGenConfig.Kind.CLASS
        ? folder.ids("in.cond")
        : folder.tensor(new GoldenTensor(CASES, "in.cond"));
  }

  private static void forward(
      NarModel model, Tensor conditions, GoldenFolder folder, GoldenReport report)
      throws IOException {
    Tensor ids = folder.ids("in.idx"); // [B, N]
    AttentionContext context = model.wholePictures();
    report.compare(CASES, "mask", mask(model, context.mask(), folder));
    Tensor x = model.sequence(conditions, ids); // [B, K + N, C]
    NarModel.Heads heads = model.output(model.hidden(x, context));
    int layer = 0;
    for (LlamaGenBlock block : model.gpt().blocks()) {
      x = block.forward(x, context);
      report.compare(CASES, "fwd.layer" + layer++ + ".out", raster(model, x));
    }
    report.compare(CASES, "fwd.logits_right", raster(model, heads.right()));
    report.compare(CASES, "fwd.logits_below", raster(model, heads.below()));
    report.compare(CASES, "fwd.logits", model.logits(conditions, ids));
    report.compare(CASES, "fwd.loss", model.loss(conditions, ids, ids, CaptionMask.NONE));
  }

  /// Row of each position of a raster sequence in the model's order.
  private static int[] rows(NarModel model) {
    int before = model.config().conditionTokens();
    int[] cells = model.order();
    int[] rows = new int[before + cells.length];
    for (int t = 0; t < before; t++) {
      rows[t] = t;
    }
    for (int i = 0; i < cells.length; i++) {
      rows[before + cells[i]] = before + i;
    }
    return rows;
  }

  /// `[B, K + N, C]` with the rows of the picture in raster order.
  private static Tensor raster(NarModel model, Tensor x) {
    Tensor raster = Tensor.emptyLike(x);
    int[] rows = rows(model);
    for (int t = 0; t < rows.length; t++) {
      raster.narrow(1, t, 1).copyFrom(x.narrow(1, rows[t], 1));
    }
    return raster;
  }

  /// `[K + N, K + N]`, 1 where a raster position sees another.
  private static Tensor mask(NarModel model, AttentionMask mask, GoldenFolder folder) {
    int[] rows = rows(model);
    int[] seen = new int[rows.length * rows.length];
    for (int t = 0; t < rows.length; t++) {
      for (int s = 0; s < rows.length; s++) {
        seen[t * rows.length + s] = rows[s] < mask.to(rows[t]) ? 1 : 0;
      }
    }
    return Tensor.ofInts(folder.backend(), Shape.of(rows.length, rows.length), seen);
  }

  private static void draw(
      NarModel model, Tensor conditions, GoldenFolder folder, GoldenReport report, Matcher options)
      throws IOException {
    int interval = options.group(2) == null ? -1 : Integer.parseInt(options.group(2));
    Guidance guidance = new Guidance(Double.parseDouble(options.group(1)), interval);
    int batch = conditions.shape().intDim(0);
    int[] cells = model.order();
    float[][][] logits = new float[batch][cells.length][]; // by diagonals
    List<int[]> drawn =
        new NeighborLoop()
            .generate(
                LlamaGenSequences.of(model, conditions, CaptionMask.NONE, guidance),
                new DecodingLoop.Request(
                    Collections.nCopies(batch, new int[0]),
                    -1, // no code ends a picture
                    cells.length,
                    List.of((picture, _, place, some) -> logits[picture][place] = some.clone()),
                    new GreedySampler(),
                    Collections.nCopies(batch, RandomStream.of(0))),
                DecodingLoop.Listener.NONE);
    int[] codes = new int[batch * cells.length]; // in raster order
    for (int i = 0; i < codes.length; i++) {
      int picture = i / cells.length;
      int place = i % cells.length;
      codes[picture * cells.length + cells[place]] = drawn.get(picture)[place];
    }
    String ids = options.group();
    report.compare(
        CASES, ids, Tensor.ofInts(folder.backend(), Shape.of(batch, cells.length), codes));
    DiagonalOrder order = model.diagonals();
    int from = 0;
    for (int d = 0; d < order.diagonals(); d++) {
      String name = ids.replaceFirst("ids$", "logits%02d".formatted(d));
      report.compare(CASES, name, rows(folder, logits, from, order.size(d)));
      from += order.size(d);
    }
  }

  /// `[B, rows, V]`, from row `from` on.
  private static Tensor rows(GoldenFolder folder, float[][][] x, int from, int rows) {
    int width = x[0][0].length;
    float[] flat = new float[x.length * rows * width];
    for (int i = 0; i < x.length * rows; i++) {
      System.arraycopy(x[i / rows][from + i % rows], 0, flat, i * width, width);
    }
    return Tensor.of(folder.backend(), Shape.of(x.length, rows, width), flat);
  }
}
