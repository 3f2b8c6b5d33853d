package dev.jacquard.models.eval.golden;

import static dev.jacquard.models.eval.golden.GoldenFolder.CASES;

import dev.jacquard.models.decoding.SequenceEngine;
import dev.jacquard.models.llamagen.CaptionMask;
import dev.jacquard.models.llamagen.LlamaGenBlock;
import dev.jacquard.models.llamagen.LlamaGenConfig;
import dev.jacquard.models.llamagen.LlamaGenModel;
import dev.jacquard.models.llamagen.LlamaGenSequences;
import dev.jacquard.models.llamagen.LlamaGenWeights;
import dev.jacquard.models.sampling.GreedySampler;
import dev.jacquard.models.sampling.Guidance;
import dev.jacquard.models.sampling.LogitsProcessor;
import dev.jacquard.models.sampling.SamplingOptions;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.attention.AttentionContext;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Gradients;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.Checkpoints;
import dev.jacquard.tensor.io.StateDict;
import dev.jacquard.tensor.op.ConcatOp;
import dev.jacquard.tensor.op.CrossEntropyOp;
import dev.jacquard.tensor.op.SoftmaxOp;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// LlamaGen's GPT: activations, logits, loss, gradients, filters, and greedy drawing with guidance.
///
/// What a drawing or a filter does is read from its name: `gen.cfg4_interval5.ids`,
/// `gen.cfg1_masked.ids`, `filter.k30_p70_t08.probs`.
public final class LlamaGenGoldenCheck implements GoldenCheck {
  /* Shapes: B batch, K condition tokens, N codes of a picture, C width, V codes to choose from. */

  private static final String WEIGHTS = "model.safetensors";
  private static final String GRADIENTS = "grads.safetensors";
  private static final Pattern DRAWING =
      Pattern.compile("gen\\.cfg([0-9.]+?)(?:_interval(\\d+))?(_masked)?\\.ids");
  private static final Pattern FILTER =
      Pattern.compile("filter\\.(?:k(\\d+))?_?(?:p(\\d+))?_?(?:t(\\d+))?\\.probs");
  private static final String CAPTION = "in.caption";
  private static final String MASK = "in.emb_masks";

  private final LlamaGenConfig.Kind kind;

  /// Creates the check of one kind of model.
  ///
  /// @param kind what its pictures are drawn from
  public LlamaGenGoldenCheck(LlamaGenConfig.Kind kind) {
    this.kind = kind;
  }

  @Override
  public String system() {
    return "llamagen-gpt-" + kind.modelType();
  }

  @Override
  public boolean needsAll() {
    return true;
  }

  @Override
  public void check(GoldenFolder folder, GoldenReport report) throws IOException {
    LlamaGenConfig config = LlamaGenConfig.read(folder.config());
    LlamaGenModel model = new LlamaGenModel(config, Parameters.random(folder.backend(), 0));
    load(model, folder.weights(WEIGHTS));
    for (GoldenTensor tensor : folder.tolerances().keySet()) {
      if (tensor.name().startsWith("in.") || tensor.name().endsWith(".in")) {
        report.compare(CASES, tensor.name(), folder.tensor(tensor)); // went through the reader
      }
    }
    rotary(model, folder, report);
    forward(model, folder, report);
    if (folder.has("train.loss")) {
      train(model, folder, report);
    }
    for (GoldenTensor tensor : folder.tolerances().keySet()) {
      Matcher drawing = DRAWING.matcher(tensor.name());
      Matcher filter = FILTER.matcher(tensor.name());
      if (drawing.matches()) {
        draw(model, folder, report, drawing);
      } else if (filter.matches()) {
        filter(folder, report, filter);
      }
    }
    loadTorchFile(model, folder, report);
  }

  private static void load(LlamaGenModel model, StateDict state) throws IOException {
    model.parameters().load(LlamaGenWeights.fitted(state, model.config()));
  }

  private Tensor conditions(GoldenFolder folder) throws IOException {
    return kind == LlamaGenConfig.Kind.CLASS
        ? folder.ids("in.class")
        : folder.tensor(new GoldenTensor(CASES, CAPTION));
  }

  // ---- forward ----

  private static void rotary(LlamaGenModel model, GoldenFolder folder, GoldenReport report)
      throws IOException {
    List<Tensor> parts = List.of(model.rotary().cos(), model.rotary().sin());
    report.compare(CASES, "rope.table", ConcatOp.stack(2, parts));
    if (folder.has("rope.in")) {
      Tensor in = folder.tensor(new GoldenTensor(CASES, "rope.in"));
      report.compare(CASES, "rope.out", model.rotary().forward(in, 0));
    }
  }

  private void forward(LlamaGenModel model, GoldenFolder folder, GoldenReport report)
      throws IOException {
    Tensor conditions = conditions(folder);
    Tensor ids = folder.ids("in.idx"); // [B, N]
    report.compare(CASES, "fwd.cap_proj", model.condition().forward(conditions));
    Tensor x = model.sequence(conditions, ids); // [B, K + N, C]
    report.compare(CASES, "fwd.embed", x);
    AttentionContext context = context(model, x);
    for (int layer = 0; layer < model.blocks().size(); layer++) {
      LlamaGenBlock block = model.blocks().get(layer);
      String name = "fwd.layer" + layer + ".";
      Tensor attended = block.attended(x, context); // [B, K + N, C]
      report.compare(CASES, name + "attention", attended);
      report.compare(CASES, name + "feed_forward", block.fed(x.add(attended)));
      x = block.forward(x, context);
      report.compare(CASES, name + "out", x);
    }
    report.compare(CASES, "fwd.norm", model.norm().forward(x));
    report.compare(CASES, "fwd.logits", model.output(x));
    if (folder.has("fwd.logits_uncond")) {
      Tensor none = model.condition().none(ids.shape().intDim(0));
      report.compare(
          CASES, "fwd.logits_uncond", whole(model, model.sequence(none, ids), CaptionMask.NONE));
    }
    if (folder.has("fwd.logits_masked")) {
      Tensor sequence = model.sequence(conditions, ids);
      CaptionMask mask = CaptionMask.of(folder.ids(MASK));
      report.compare(CASES, "fwd.logits_masked", whole(model, sequence, mask));
    }
  }

  private static AttentionContext context(LlamaGenModel model, Tensor x) {
    return AttentionContext.causal(model.rotary(), x.shape().intDim(1), null);
  }

  /// Logits at every position.
  private static Tensor whole(LlamaGenModel model, Tensor x, CaptionMask mask) {
    AttentionContext context = mask.applyTo(context(model, x));
    for (LlamaGenBlock block : model.blocks()) {
      x = block.forward(x, context);
    }
    return model.output(x);
  }

  // ---- training ----

  private void train(LlamaGenModel model, GoldenFolder folder, GoldenReport report)
      throws IOException {
    Tensor conditions = conditions(folder);
    Tensor ids = folder.ids("in.idx"); // [B, N]
    report.compare(CASES, "train.logits", model.logits(conditions, ids));
    Tape tape = new Tape();
    Tensor loss = tape.call(() -> model.loss(conditions, ids, ids, CaptionMask.NONE));
    report.compare(CASES, "train.loss", loss);
    Gradients gradients = tape.backward(loss);
    for (Map.Entry<String, Tensor> entry : model.parameters().named().entrySet()) {
      report.compare(GRADIENTS, "train.grad." + entry.getKey(), gradients.of(entry.getValue()));
    }
    if (folder.has("in.valid")) {
      Tensor labels = labels(ids, folder.ids("in.valid").toInts());
      report.compare(
          CASES, "train.loss_valid", model.loss(conditions, ids, labels, CaptionMask.NONE));
    }
  }

  /// The codes of the samples that count.
  private static Tensor labels(Tensor ids, int[] valid) {
    int[] labels = ids.toInts();
    int perSample = labels.length / valid.length;
    for (int i = 0; i < labels.length; i++) {
      labels[i] = valid[i / perSample] == 0 ? CrossEntropyOp.IGNORE : labels[i];
    }
    return Tensor.ofInts(ids.backend(), ids.shape(), labels);
  }

  // ---- drawing ----

  private void draw(LlamaGenModel model, GoldenFolder folder, GoldenReport report, Matcher options)
      throws IOException {
    int interval = options.group(2) == null ? -1 : Integer.parseInt(options.group(2));
    Guidance guidance = new Guidance(Double.parseDouble(options.group(1)), interval);
    CaptionMask mask =
        options.group(3) == null ? CaptionMask.NONE : CaptionMask.of(folder.ids(MASK));
    String ids = options.group();
    String logits = ids.replaceFirst("ids$", "logits");
    Drawing drawing =
        greedy(LlamaGenSequences.of(model, conditions(folder), mask, guidance), folder.ids(ids));
    report.compare(CASES, ids, drawing.ids());
    report.compare(CASES, logits, drawing.logits());
  }

  /// @param ids `[B, N]`
  /// @param logits `[B, N, V]`
  private record Drawing(Tensor ids, Tensor logits) {}

  private static Drawing greedy(SequenceEngine model, Tensor like) {
    int batch = like.shape().intDim(0);
    int steps = like.shape().intDim(1);
    int vocabulary = model.vocabSize();
    int[] ids = new int[batch * steps];
    float[] logits = new float[batch * steps * vocabulary];
    try (SequenceEngine.Session session = model.open(batch, steps)) {
      List<SequenceEngine.Sequence> running = new ArrayList<>();
      for (int b = 0; b < batch; b++) {
        running.add(session.start(b, new int[0], SequenceEngine.PromptListener.NONE));
      }
      int[][] fresh = new int[batch][];
      for (int step = 0; step < steps; step++) {
        if (step > 0) {
          session.advance(running, fresh);
        }
        for (int b = 0; b < batch; b++) {
          float[] row = running.get(b).logits(step);
          int at = b * steps + step;
          ids[at] = new GreedySampler().sample(row, RandomStream.of(0), step);
          fresh[b] = new int[] {ids[at]};
          System.arraycopy(row, 0, logits, at * vocabulary, vocabulary);
        }
      }
    }
    return new Drawing(
        Tensor.ofInts(like.backend(), like.shape(), ids),
        Tensor.of(like.backend(), Shape.of(batch, steps, vocabulary), logits));
  }

  /// Two digits are a share or a temperature: `p80` is 0.8, `t08` is 0.8, `t12` is 1.2.
  private static void filter(GoldenFolder folder, GoldenReport report, Matcher options)
      throws IOException {
    int topK = options.group(1) == null ? 0 : Integer.parseInt(options.group(1));
    double topP = options.group(2) == null ? 1 : Integer.parseInt(options.group(2)) / 100.0;
    double temperature = options.group(3) == null ? 1 : Integer.parseInt(options.group(3)) / 10.0;
    Tensor in = folder.tensor(new GoldenTensor(CASES, "filter.in")); // [B, V]
    int width = in.shape().intDim(1);
    float[] logits = in.toFloats();
    for (int row = 0; row < in.shape().intDim(0); row++) {
      float[] one = java.util.Arrays.copyOfRange(logits, row * width, (row + 1) * width);
      for (LogitsProcessor filter : new SamplingOptions(temperature, topK, topP, 0).processors()) {
        filter.process(row, new int[0], 0, one);
      }
      System.arraycopy(one, 0, logits, row * width, width);
    }
    Tensor filtered = Tensor.of(in.backend(), in.shape(), logits);
    report.compare(CASES, options.group(), SoftmaxOp.apply(filtered));
  }

  // ---- files ----

  /// The same weights as LlamaGen's training writes them must give the same logits.
  private void loadTorchFile(LlamaGenModel model, GoldenFolder folder, GoldenReport report)
      throws IOException {
    Path path = folder.path().resolve("model.pt");
    if (Files.exists(path)) {
      LlamaGenModel other =
          new LlamaGenModel(model.config(), Parameters.random(folder.backend(), 1));
      try (Checkpoint file = Checkpoints.open(path)) {
        load(other, LlamaGenWeights.read(file, folder.backend()));
      }
      Tensor sequence = other.sequence(conditions(folder), folder.ids("in.idx"));
      report.compare(CASES, "fwd.logits", whole(other, sequence, CaptionMask.NONE));
    }
  }
}
