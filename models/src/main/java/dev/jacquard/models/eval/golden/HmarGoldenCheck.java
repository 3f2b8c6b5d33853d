package dev.jacquard.models.eval.golden;

import static dev.jacquard.models.eval.golden.GoldenFolder.CASES;

import dev.jacquard.models.ConfigFile;
import dev.jacquard.models.hmar.HmarGenerator;
import dev.jacquard.models.hmar.HmarModel;
import dev.jacquard.models.quantizer.MultiScaleResidualQuantizer;
import dev.jacquard.models.sampling.TopKFilter;
import dev.jacquard.models.var.MapSampler;
import dev.jacquard.models.var.PublishedVar;
import dev.jacquard.models.var.ScaleContext;
import dev.jacquard.models.var.ScaleInputs;
import dev.jacquard.models.var.VarConfig;
import dev.jacquard.models.var.VarModel;
import dev.jacquard.models.var.VarWeights;
import dev.jacquard.models.vq.VqModel;
import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.io.StateDict;
import dev.jacquard.tensor.op.ConcatOp;
import dev.jacquard.tensor.op.CrossEntropyOp;
import dev.jacquard.tensor.op.EmbeddingOp;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// HMAR: both stages of training with gradients, and greedy drawing with and without masked steps.
public final class HmarGoldenCheck implements GoldenCheck {
  private static final String NEXT_SCALE = "nsp.cases.safetensors";
  private static final String MASKED = "mp.cases.safetensors";
  private static final Pattern DRAWING = Pattern.compile("(gen\\.[^.]+\\.)call0\\.ids");
  private static final double GUIDANCE = 2; // where the README does not say

  /// Creates the check.
  public HmarGoldenCheck() {}

  @Override
  public String system() {
    return "hmar";
  }

  @Override
  public boolean needsAll() {
    return true;
  }

  @Override
  public void check(GoldenFolder folder, GoldenReport report) throws IOException {
    ConfigFile sizes = folder.config().object("hmar");
    ConfigFile vae = folder.config().object("vae");
    VarConfig config =
        VarConfig.read(sizes, vae.intValue("vocab_size"), vae.intValue("z_channels"));
    VqModel tokenizer = GoldenTokenizers.find(folder, vae, config.sides(), List.of());
    stage(NEXT_SCALE, "nsp.model.safetensors", config, tokenizer, folder, report);
    stage(MASKED, "mp.model.safetensors", config, tokenizer, folder, report);
    int own = sizes.has("n_layers_train") ? sizes.intValue("n_layers_train") : 8;
    HmarModel model = new HmarModel(config, own, Parameters.random(folder.backend(), 0));
    StateDict weights = folder.weights("model.safetensors");
    model.parameters().load(HmarModel.fitted(VarWeights.withoutComputed(weights)));
    Tensor labels = folder.ids("in.label");
    report.compare(CASES, "in.label", labels);
    for (GoldenTensor tensor : folder.tolerances().keySet()) {
      Matcher drawing = DRAWING.matcher(tensor.name());
      if (drawing.matches()) {
        draw(model, tokenizer, labels, drawing.group(1), folder, report);
      }
    }
  }

  // ---- the two stages ----

  /// One stage alone: the masked one if the file has masked places.
  private static void stage(
      String file,
      String weights,
      VarConfig config,
      VqModel tokenizer,
      GoldenFolder folder,
      GoldenReport report)
      throws IOException {
    if (report.wanted(file).isEmpty()) {
      return;
    }
    boolean isMasked = file.equals(MASKED);
    Parameters p = Parameters.random(folder.backend(), 0);
    VarModel model = new VarModel(config, p);
    HmarModel.MaskedInput maskedInput =
        isMasked ? new HmarModel.MaskedInput(p, config, model.embedding()) : null;
    p.load(HmarModel.fitted(VarWeights.withoutComputed(folder.weights(weights))));
    Tensor labels = folder.tensor(new GoldenTensor(file, "in.label")).to(DType.I32);
    report.compare(file, "in.label", labels);
    List<Tensor> ids = GoldenTokenizers.ids(folder, file, config, report);
    MultiScaleResidualQuantizer quantizer = (MultiScaleResidualQuantizer) tokenizer.quantizer();
    Tensor latents = ScaleInputs.of(quantizer, ids); // [B, L - n₀, d]
    report.compare(file, "fwd.ns_input", latents);
    Tensor own = own(quantizer, ids);
    report.compare(file, "fwd.mask_input", own);
    int[] places = new int[0];
    if (isMasked) {
      Tensor masked = folder.tensor(new GoldenTensor(file, "in.masked")).to(DType.I32);
      report.compare(file, "in.masked", masked);
      places = masked.toInts();
    }
    Tensor marks = marks(folder, config, places);
    Tensor all = GoldenTokenizers.joined(ids);
    Tape tape = new Tape();
    Tensor loss =
        tape.<Tensor, IOException>call(
            () -> {
              Tensor logits = logits(model, maskedInput, labels, latents, own, marks, file, report);
              report.compare(file, "fwd.logits", logits);
              return CrossEntropyOp.apply(logits, all);
            });
    report.compare(file, "train.loss", loss);
    Map<String, Tensor> gradients = new LinkedHashMap<>();
    GradientComparison.taken(p.named(), tape.backward(loss))
        .forEach(
            (name, gradient) ->
                gradients.put(
                    isMasked && name.equals("word_embed.bias") ? "word_embed_bias" : name,
                    gradient));
    GradientComparison.of(report, file, "train.grad.", gradients);
  }

  private static Tensor logits(
      VarModel model,
      HmarModel.@Nullable MaskedInput maskedInput,
      Tensor labels,
      Tensor latents,
      Tensor own,
      Tensor marks,
      String file,
      GoldenReport report)
      throws IOException {
    VarModel.Condition condition = model.condition(labels);
    Tensor x = model.embedding().sequence(condition.vector(), latents); // [B, L, C]
    if (maskedInput != null) {
      Tensor more = maskedInput.forward(own, marks); // [B, L - n₀, C]
      int first = model.config().plan().cells(0);
      Tensor none =
          Tensor.zeros(x.backend(), Shape.of(x.shape().dim(0), first, model.config().dim()));
      x = x.add(ConcatOp.apply(1, List.of(none, more)));
    }
    ScaleContext context = new ScaleContext(model.config().plan().blockDiagonal(), null);
    for (int i = 0; i < model.blocks().size(); i++) {
      x = model.blocks().get(i).forward(x, condition.blocks().get(i), context);
      report.compare(file, "fwd.block" + i + ".out", x);
    }
    return model.head().forward(x, condition.head());
  }

  /// What each map but the coarsest adds to the sum, at its size.
  private static Tensor own(MultiScaleResidualQuantizer quantizer, List<Tensor> ids) {
    List<Tensor> rows = new ArrayList<>();
    for (int k = 1; k < ids.size(); k++) {
      rows.add(quantizer.shrunk(quantizer.grown(ids.get(k), k), k));
    }
    return ConcatOp.apply(1, rows);
  }

  private static Tensor marks(GoldenFolder folder, VarConfig config, int[] places) {
    float[] marks = new float[config.plan().total() - config.plan().cells(0)];
    for (int place : places) {
      marks[place] = 1;
    }
    return Tensor.of(folder.backend(), Shape.of(1, marks.length, 1), marks);
  }

  // ---- drawing ----

  private static void draw(
      HmarModel model,
      VqModel tokenizer,
      Tensor labels,
      String name,
      GoldenFolder folder,
      GoldenReport report)
      throws IOException {
    double guidance = GoldenTokenizers.option(folder, name + "image", "cfg", GUIDANCE);
    boolean isMasked = !name.contains("plain");
    MultiScaleResidualQuantizer quantizer = (MultiScaleResidualQuantizer) tokenizer.quantizer();
    HmarGenerator.Request request =
        new HmarGenerator.Request(
            guidance,
            likeliest(labels),
            isMasked ? folder.config().object("hmar").intLists("mask_schedule") : List.of());
    Tensor sum =
        new HmarGenerator(model, quantizer)
            .generate(labels.toInts(), request, new Comparison(name, quantizer, report));
    report.compare(CASES, name + "image", PublishedVar.picture(tokenizer, sum));
  }

  /// Drawing by a filter that leaves one token, as the authors' run did: all are then equally sure,
  /// and of equally sure ones the first are masked.
  private static MapSampler likeliest(Tensor labels) {
    MapSampler greedy = VarGoldenCheck.greedy(labels);
    return new MapSampler(List.of(new TopKFilter(1)), greedy.sampler(), greedy.randoms());
  }

  /// Compares each pass and each map.
  private static final class Comparison implements HmarGenerator.Listener {
    private final String name;
    private final MultiScaleResidualQuantizer quantizer;
    private final GoldenReport report;
    private int calls;

    Comparison(String name, MultiScaleResidualQuantizer quantizer, GoldenReport report) {
      this.name = name;
      this.quantizer = quantizer;
      this.report = report;
    }

    @Override
    public void onDraw(HmarGenerator.Draw draw) {
      String call = name + "call" + calls++;
      try {
        report.compare(CASES, call + ".ids", draw.ids());
        report.compare(CASES, call + ".logits", draw.logits());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void onMap(int scale, Tensor ids, Tensor sum) {
      int side = quantizer.sides().get(scale);
      Tensor codes =
          EmbeddingOp.apply(quantizer.table(), ids)
              .reshape(-1, side, side, quantizer.dim())
              .permute(0, 3, 1, 2)
              .contiguous(); // [B, d, s, s]
      try {
        report.compare(CASES, name + "scale" + scale + ".codes", codes);
        report.compare(CASES, name + "scale" + scale + ".f_hat", sum);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
