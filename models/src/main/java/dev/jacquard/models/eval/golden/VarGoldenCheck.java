package dev.jacquard.models.eval.golden;

import static dev.jacquard.models.eval.golden.GoldenFolder.CASES;

import dev.jacquard.models.ConfigFile;
import dev.jacquard.models.quantizer.MultiScaleResidualQuantizer;
import dev.jacquard.models.sampling.GreedySampler;
import dev.jacquard.models.sampling.LogitsProcessor;
import dev.jacquard.models.sampling.SamplingOptions;
import dev.jacquard.models.var.AdaLnBlock;
import dev.jacquard.models.var.MapSampler;
import dev.jacquard.models.var.Modulation;
import dev.jacquard.models.var.PublishedVar;
import dev.jacquard.models.var.ScaleContext;
import dev.jacquard.models.var.ScaleModel;
import dev.jacquard.models.var.VarConfig;
import dev.jacquard.models.var.VarGenerator;
import dev.jacquard.models.var.VarModel;
import dev.jacquard.models.var.VarWeights;
import dev.jacquard.models.vq.VqModel;
import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.AttentionMask;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.Checkpoints;
import dev.jacquard.tensor.op.SoftmaxOp;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// VAR's transformer: activations, logits, loss, gradients, filters, and greedy drawing with
/// guidance, decoded by the tokenizer in the folder or beside it.
public final class VarGoldenCheck implements GoldenCheck {
  private static final Pattern DRAWING = Pattern.compile("gen\\.cfg([0-9.]+)\\.ids0");
  private static final Pattern FILTER =
      Pattern.compile("filter\\.(?:k(\\d+))?_?(?:p(\\d+))?\\.probs");

  /// Creates the check.
  public VarGoldenCheck() {}

  @Override
  public String system() {
    return "var";
  }

  @Override
  public boolean needsAll() {
    return true;
  }

  @Override
  public void check(GoldenFolder folder, GoldenReport report) throws IOException {
    ConfigFile vae = folder.config().object("vae");
    VarConfig config =
        VarConfig.read(
            folder.config().object("var"), vae.intValue("vocab_size"), vae.intValue("z_channels"));
    VarModel model = new VarModel(config, Parameters.random(folder.backend(), 0));
    model.parameters().load(VarWeights.withoutComputed(folder.weights("model.safetensors")));
    GoldenTokenizers.Inputs in = GoldenTokenizers.inputs(folder, vae, config, report);
    forward(model, in.labels(), in.latents(), folder, report);
    train(model, in.labels(), in.latents(), in.ids(), report);
    for (GoldenTensor tensor : folder.tolerances().keySet()) {
      Matcher drawing = DRAWING.matcher(tensor.name());
      Matcher filter = FILTER.matcher(tensor.name());
      if (drawing.matches()) {
        String name = tensor.name().replaceFirst("ids0$", "");
        draw(
            model, in.tokenizer(), in.labels(), Double.parseDouble(drawing.group(1)), name, report);
      } else if (filter.matches()) {
        filter(folder, report, filter);
      }
    }
    loadTorchFile(config, in.labels(), in.latents(), folder, report);
  }

  private static void forward(
      VarModel model, Tensor labels, Tensor latents, GoldenFolder folder, GoldenReport report)
      throws IOException {
    AttentionMask mask = model.config().plan().blockCausal();
    report.compare(CASES, "fwd.attn_bias", GoldenTokenizers.bias(folder.backend(), mask));
    ScaleContext context = new ScaleContext(mask, null);
    VarModel.Condition condition = model.condition(labels);
    Tensor x = model.embedding().sequence(condition.vector(), latents); // [B, L, C]
    for (int i = 0; i < model.blocks().size(); i++) {
      AdaLnBlock block = model.blocks().get(i);
      Modulation modulation = condition.blocks().get(i);
      String name = "fwd.block" + i + ".";
      Tensor read = modulation.input(0, x);
      Tensor attended = block.attention().forward(read, context, i);
      Tensor h = x.add(modulation.gated(0, attended));
      report.compare(CASES, name + "attn_in", read);
      report.compare(CASES, name + "attn_out", attended);
      report.compare(CASES, name + "ffn_out", block.feedForward().forward(modulation.input(1, h)));
      x = block.forward(x, modulation, context);
      report.compare(CASES, name + "out", x);
    }
    report.compare(CASES, "fwd.head_norm", condition.head().input(0, x));
    report.compare(CASES, "fwd.logits", model.logits(labels, latents));
    int[] none = new int[labels.shape().intDim(0)];
    Arrays.fill(none, model.config().noClass());
    Tensor nothing = Tensor.ofInts(labels.backend(), labels.shape(), none);
    report.compare(CASES, "fwd.logits_null", model.logits(nothing, latents));
  }

  private static void train(
      VarModel model, Tensor labels, Tensor latents, List<Tensor> ids, GoldenReport report)
      throws IOException {
    Tape tape = new Tape();
    Tensor loss = tape.call(() -> model.loss(labels, latents, GoldenTokenizers.joined(ids)));
    report.compare(CASES, "train.loss", loss);
    GradientComparison.of(report, "train.grad.", model.parameters().named(), tape.backward(loss));
  }

  /// Draws greedily and compares every map.
  static void draw(
      ScaleModel model,
      VqModel tokenizer,
      Tensor labels,
      double guidance,
      String name,
      GoldenReport report)
      throws IOException {
    VarGenerator generator =
        new VarGenerator(model, (MultiScaleResidualQuantizer) tokenizer.quantizer());
    int last = model.config().sides().size() - 1;
    Tensor sum =
        generator.generate(
            labels.toInts(),
            new VarGenerator.Request(guidance, greedy(labels), false, null),
            map -> {
              try {
                report.compare(CASES, name + "ids" + map.scale(), map.ids());
                report.compare(CASES, name + "logits" + map.scale(), map.logits());
                report.compare(CASES, name + "f_hat" + map.scale(), map.sum());
                if (map.scale() == last) {
                  report.compare(CASES, name + "f_hat_last", map.sum());
                }
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    report.compare(CASES, name + "image", PublishedVar.picture(tokenizer, sum));
  }

  static MapSampler greedy(Tensor labels) {
    int batch = labels.shape().intDim(0);
    return new MapSampler(
        List.of(), new GreedySampler(), Collections.nCopies(batch, RandomStream.of(0)));
  }

  /// Two digits are a share: `p70` is 0.7.
  private static void filter(GoldenFolder folder, GoldenReport report, Matcher options)
      throws IOException {
    int topK = options.group(1) == null ? 0 : Integer.parseInt(options.group(1));
    double topP = options.group(2) == null ? 1 : Integer.parseInt(options.group(2)) / 100.0;
    Tensor in = folder.tensor(new GoldenTensor(CASES, "filter.in")); // [B, L, V]
    report.compare(CASES, "filter.in", in);
    int width = (int) in.shape().last();
    float[] logits = in.toFloats();
    for (int at = 0; at < logits.length; at += width) {
      float[] one = Arrays.copyOfRange(logits, at, at + width);
      for (LogitsProcessor filter : new SamplingOptions(1, topK, topP, 0).processors()) {
        filter.process(0, new int[0], 0, one);
      }
      System.arraycopy(one, 0, logits, at, width);
    }
    Tensor filtered = Tensor.of(in.backend(), Shape.of(in.shape().toArray()), logits);
    report.compare(CASES, options.group(), SoftmaxOp.apply(filtered));
  }

  /// The same weights as `torch.save` writes them must give the same logits.
  private static void loadTorchFile(
      VarConfig config, Tensor labels, Tensor latents, GoldenFolder folder, GoldenReport report)
      throws IOException {
    Path path = folder.path().resolve("model.pth");
    if (Files.exists(path)) {
      VarModel other = new VarModel(config, Parameters.random(folder.backend(), 1));
      try (Checkpoint file = Checkpoints.open(path)) {
        other.parameters().load(VarWeights.read(file, folder.backend()));
      }
      report.compare(CASES, "fwd.logits", other.logits(labels, latents));
    }
  }
}
