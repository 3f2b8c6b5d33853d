package dev.jacquard.models.eval.golden;

import static dev.jacquard.models.eval.golden.GoldenFolder.CASES;

import dev.jacquard.models.ConfigFile;
import dev.jacquard.models.flexvar.FlexVarGenerator;
import dev.jacquard.models.flexvar.FlexVarGenerator.GuidanceRule;
import dev.jacquard.models.flexvar.FlexVarModel;
import dev.jacquard.models.quantizer.VectorQuantizer;
import dev.jacquard.models.var.ScaleContext;
import dev.jacquard.models.var.ScalePlan;
import dev.jacquard.models.var.VarConfig;
import dev.jacquard.models.var.VarWeights;
import dev.jacquard.models.vq.QuantizerConfig;
import dev.jacquard.models.vq.VqConfig;
import dev.jacquard.models.vq.VqModel;
import dev.jacquard.models.vq.VqWeights;
import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.SafetensorsReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// FlexVAR: tokens at every size, activations, logits, and greedy drawing by two lists of scales
/// and two rules of guidance.
public final class FlexVarGoldenCheck implements GoldenCheck {
  private static final Pattern DRAWING = Pattern.compile("(gen\\.([^.]+)\\.)ids0");
  private static final Pattern PLACES = Pattern.compile("pos\\.interpolated(\\d+)");

  /// Creates the check.
  public FlexVarGoldenCheck() {}

  @Override
  public String system() {
    return "flexvar";
  }

  @Override
  public boolean needsAll() {
    return true;
  }

  @Override
  public void check(GoldenFolder folder, GoldenReport report) throws IOException {
    VqModel tokenizer = tokenizer(folder);
    QuantizerConfig codes = tokenizer.config().quantizer();
    VarConfig config =
        VarConfig.read(folder.config().object("flexvar"), codes.codebookSize(), codes.dim());
    FlexVarModel model = new FlexVarModel(config, Parameters.random(folder.backend(), 0));
    model.parameters().load(VarWeights.withoutComputed(folder.weights("model.safetensors")));
    VectorQuantizer quantizer = (VectorQuantizer) tokenizer.quantizer();
    FlexVarGenerator generator = new FlexVarGenerator(model, quantizer);
    Tensor images = folder.tensor(new GoldenTensor(CASES, "in.image")); // [B, C, H, W]
    Tensor labels = folder.ids("in.label");
    report.compare(CASES, "in.image", images);
    report.compare(CASES, "in.label", labels);
    Tensor latents = tokenizer.encode(images); // [B, d, h, w]
    report.compare(CASES, "vae.latent", latents);
    ScalePlan plan = config.plan();
    List<Tensor> ids = generator.tokens(latents, plan);
    for (int k = 0; k < ids.size(); k++) {
      report.compare(CASES, "vae.idx" + k, ids.get(k));
    }
    ScalePlan.Size last = plan.sizes().getLast();
    Tensor lastIds = ids.getLast().reshape(-1, last.rows(), last.columns());
    report.compare(CASES, "vae.decoded_last", tokenizer.decodeIndices(lastIds));
    forward(model, labels, FlexVarModel.inputs(quantizer, ids, plan), report);
    for (GoldenTensor tensor : folder.tolerances().keySet()) {
      Matcher drawing = DRAWING.matcher(tensor.name());
      Matcher places = PLACES.matcher(tensor.name());
      if (drawing.matches()) {
        draw(generator, tokenizer, labels, drawing, folder, report);
      } else if (places.matches()) {
        int side = Integer.parseInt(places.group(1));
        report.compare(CASES, tensor.name(), model.places(new ScalePlan.Size(side, side)));
      }
    }
  }

  private static VqModel tokenizer(GoldenFolder folder) throws IOException {
    ConfigFile vae = folder.config().object("vae");
    List<Integer> multipliers =
        vae.has("ch_mult")
            ? Arrays.stream(vae.intValues("ch_mult")).boxed().toList()
            : VqConfig.LLAMAGEN_16.encoderMultipliers();
    VqConfig config =
        new VqConfig(
            3,
            vae.has("ch") ? vae.intValue("ch") : 128,
            multipliers,
            multipliers,
            vae.has("num_res_blocks") ? vae.intValue("num_res_blocks") : 2,
            vae.intValue("z_channels"),
            QuantizerConfig.llamaGen(
                vae.intValue("codebook_size"), vae.intValue("codebook_embed_dim")),
            32,
            1e-6f);
    VqModel model = new VqModel(config, Parameters.random(folder.backend(), 0));
    try (Checkpoint file = SafetensorsReader.open(folder.path().resolve("vae.safetensors"))) {
      model.parameters().load(VqWeights.of(file, folder.backend()));
    }
    return model;
  }

  private static void forward(
      FlexVarModel model, Tensor labels, Tensor latents, GoldenReport report) throws IOException {
    report.compare(CASES, "fwd.input", latents);
    ScalePlan plan = model.config().plan();
    ScaleContext context = new ScaleContext(plan.blockCausal(), null);
    FlexVarModel.Condition condition = model.condition(labels);
    Tensor x = model.sequence(condition, latents, plan); // [B, L, C]
    for (int i = 0; i < model.blocks().size(); i++) {
      String name = "fwd.block" + i + ".";
      report.compare(CASES, name + "attn_in", condition.blocks().get(i).input(0, x));
      x = model.blocks().get(i).forward(x, condition.blocks().get(i), context);
      report.compare(CASES, name + "out", x);
    }
    report.compare(CASES, "fwd.logits", model.logits(labels, latents, plan));
  }

  private static void draw(
      FlexVarGenerator generator,
      VqModel tokenizer,
      Tensor labels,
      Matcher drawing,
      GoldenFolder folder,
      GoldenReport report)
      throws IOException {
    String name = drawing.group(1);
    boolean isOther = drawing.group(2).contains("other");
    boolean isEqual = isOther || drawing.group(2).contains("llamagen");
    double usual = isEqual && !isOther ? 2.5 : 2; // where the README does not say
    FlexVarGenerator.Request request =
        new FlexVarGenerator.Request(
            GoldenTokenizers.option(folder, name + "image", "cfg", usual),
            isEqual ? GuidanceRule.EQUAL : GuidanceRule.GROWING,
            VarGoldenCheck.greedy(labels),
            null);
    String sizes = isOther ? "alt_patch_nums" : "patch_nums";
    List<Integer> sides =
        Arrays.stream(folder.config().object("flexvar").intValues(sizes)).boxed().toList();
    Tensor codes =
        generator.generate(
            labels.toInts(),
            ScalePlan.squares(sides),
            request,
            map -> {
              try {
                report.compare(CASES, name + "ids" + map.scale(), map.ids());
                report.compare(CASES, name + "logits" + map.scale(), map.logits());
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    report.compare(CASES, name + "image", tokenizer.decode(codes));
  }
}
