package dev.jacquard.models.eval.golden;

import static dev.jacquard.models.eval.golden.GoldenFolder.CASES;

import dev.jacquard.models.ConfigFile;
import dev.jacquard.models.LlamaConfigJson;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.attention.KvCache;
import dev.jacquard.nn.attention.SelfAttention;
import dev.jacquard.nn.block.LlamaBlock;
import dev.jacquard.nn.block.LlamaConfig;
import dev.jacquard.nn.block.LlamaModel;
import dev.jacquard.nn.optim.AdamW;
import dev.jacquard.nn.optim.GradientNorm;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Gradients;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.io.StateDict;
import dev.jacquard.tensor.op.CrossEntropyOp;
import dev.jacquard.tensor.op.SoftmaxOp;
import dev.jacquard.tensor.shape.Shape;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Llama blocks: forward pass, greedy decoding with a cache, gradients, AdamW.
///
/// The first step of AdamW takes the gradient as it is, later ones clip it to a norm of 0.5.
public final class LlamaGoldenCheck implements GoldenCheck {
  /* Shapes: B batch, T sequence, C width, V vocabulary, H query heads, G key heads, R = H / G, D head size. */

  private static final String WEIGHTS = "model.safetensors";
  private static final String GRADIENTS = "grads.safetensors";
  private static final String UPDATED = "adamw.safetensors";
  private static final String HEAD = "lm_head.weight";
  private static final String TABLE = "model.embed_tokens.weight";
  private static final double CLIP_NORM = 0.5;

  /// Creates the check.
  public LlamaGoldenCheck() {}

  @Override
  public String system() {
    return "llama";
  }

  @Override
  public void check(GoldenFolder folder, GoldenReport report) throws IOException {
    Tensor ids = ids(folder, report, "in.ids"); // [B, T]
    Tensor labels = ids(folder, report, "in.labels"); // [B, T]
    LlamaModel model = load(folder, ids.shape());
    forward(model, ids, report);
    if (folder.has("gen.prompt")) {
      generate(model, folder, report);
    }
    train(model, folder, report, ids, labels);
  }

  private static LlamaModel load(GoldenFolder folder, Shape ids) throws IOException {
    long positions = ids.dim(1);
    if (folder.has("gen.prompt")) {
      long prompt = folder.ids("gen.prompt").shape().dim(1);
      positions = Math.max(positions, prompt + folder.ids("gen.ids").shape().dim(1));
    }
    LlamaConfig config = LlamaConfigJson.read(folder.config(), Math.toIntExact(positions));
    LlamaModel model = new LlamaModel(config, Parameters.random(folder.backend(), 0));
    StateDict weights = folder.weights(WEIGHTS);
    if (config.tiedEmbeddings() && weights.has(HEAD)) {
      weights.get(HEAD); // some files repeat the table under this name
    }
    model.parameters().load(weights);
    return model;
  }

  /// Token ids, which count as compared: they went through the reader and the conversion.
  private static Tensor ids(GoldenFolder folder, GoldenReport report, String name)
      throws IOException {
    Tensor ids = folder.ids(name);
    report.compare(CASES, name, ids);
    return ids;
  }

  // ---- forward ----

  private static void forward(LlamaModel model, Tensor ids, GoldenReport report)
      throws IOException {
    long length = ids.shape().dim(1);
    report.compare(CASES, "rope.cos", twice(model.rotary().cos().narrow(0, 0, length)));
    report.compare(CASES, "rope.sin", twice(model.rotary().sin().narrow(0, 0, length)));
    Tensor x = model.embedding().forward(ids); // [B, T, C]
    report.compare(CASES, "fwd.embed", x);
    for (int layer = 0; layer < model.blocks().size(); layer++) {
      x = block(model, layer, x, report);
    }
    Tensor hidden = model.norm().forward(x); // [B, T, C]
    report.compare(CASES, "fwd.norm", hidden);
    report.compare(CASES, "fwd.logits", model.output(hidden));
    report.compare(CASES, "fwd.logits", model.logits(ids)); // in one call
  }

  private static Tensor block(LlamaModel model, int layer, Tensor x, GoldenReport report)
      throws IOException {
    LlamaBlock block = model.blocks().get(layer);
    String name = "fwd.layer" + layer + ".";
    Tensor normed = block.inputNorm().forward(x); // [B, T, C]
    report.compare(CASES, name + "input_norm", normed);
    report.compare(CASES, name + "q_proj", block.attention().query().forward(normed));
    if (report.wants(CASES, name + "probs")) {
      report.compare(CASES, name + "probs", probabilities(model, block.attention(), normed));
    }
    Tensor attended = block.attention().forward(normed, null, layer); // [B, T, C]
    report.compare(CASES, name + "attn", attended);
    Tensor h = x.add(attended); // [B, T, C]
    Tensor fed = block.feedForward().forward(block.postAttentionNorm().forward(h)); // [B, T, C]
    report.compare(CASES, name + "mlp", fed);
    report.compare(CASES, name + "out", h.add(fed));
    Tensor y = block.forward(x, null); // [B, T, C]
    report.compare(CASES, name + "out", y); // in one call
    return y;
  }

  /// `softmax(q kᵀ / √D + mask)` as one tensor, which the model itself never makes.
  private static Tensor probabilities(LlamaModel model, SelfAttention attention, Tensor x) {
    LlamaConfig c = model.config();
    Tensor q = model.rotary().forward(attention.split(attention.query().forward(x)), 0);
    Tensor k = model.rotary().forward(attention.split(attention.key().forward(x)), 0);
    long b = x.shape().dim(0);
    long t = x.shape().dim(1);
    int d = c.headDim();
    long r = c.nHeads() / c.nKvHeads();
    Tensor queries = q.permute(0, 2, 1, 3).reshape(b, c.nKvHeads(), r, t, d); // [B, G, R, T, D]
    Tensor keys = k.permute(0, 2, 3, 1).reshape(b, c.nKvHeads(), 1, d, t); // [B, G, 1, D, T]
    Tensor scores = queries.matmul(keys).scale((float) (1 / Math.sqrt(d))); // [B, G, R, T, T]
    Tensor seen = scores.add(causalMask(x, Math.toIntExact(t)));
    return SoftmaxOp.apply(seen).reshape(b, c.nHeads(), t, t); // [B, H, T, T]
  }

  /// `[T, T]`: 0 where a query sees a key, else minus infinity.
  private static Tensor causalMask(Tensor like, int length) {
    float[] mask = new float[length * length];
    for (int query = 0; query < length; query++) {
      for (int key = query + 1; key < length; key++) {
        mask[query * length + key] = Float.NEGATIVE_INFINITY;
      }
    }
    return Tensor.of(like.backend(), Shape.of(length, length), mask);
  }

  /// Two copies of a half-width table side by side.
  private static Tensor twice(Tensor half) {
    long rows = half.shape().dim(0);
    long width = half.shape().dim(1);
    Tensor both = Tensor.empty(half.backend(), Shape.of(rows, 2 * width));
    both.narrow(1, 0, width).copyFrom(half);
    both.narrow(1, width, width).copyFrom(half);
    return both; // [T, D]
  }

  // ---- generation ----

  private static void generate(LlamaModel model, GoldenFolder folder, GoldenReport report)
      throws IOException {
    Tensor prompt = ids(folder, report, "gen.prompt"); // [B, T]
    int batch = prompt.shape().intDim(0);
    int steps = folder.ids("gen.ids").shape().intDim(1);
    int vocabulary = model.config().vocabSize();
    KvCache cache = model.newCache(batch, prompt.shape().intDim(1) + steps);
    Tensor generated =
        Tensor.ofInts(prompt.backend(), Shape.of(batch, steps), new int[batch * steps]);
    Tensor logits = Tensor.empty(prompt.backend(), Shape.of(batch, steps, vocabulary));
    Tensor next = prompt;
    for (int step = 0; step < steps; step++) {
      Tensor scores = model.nextLogits(next, cache); // [B, V]
      logits.narrow(1, step, 1).copyFrom(scores.reshape(batch, 1, vocabulary));
      next =
          Tensor.ofInts(prompt.backend(), Shape.of(batch, 1), best(scores.toFloats(), vocabulary));
      generated.narrow(1, step, 1).copyFrom(next);
    }
    report.compare(CASES, "gen.ids", generated);
    report.compare(CASES, "gen.logits", logits);
  }

  /// Index of the largest score in each row.
  private static int[] best(float[] scores, int vocabulary) {
    int[] best = new int[scores.length / vocabulary];
    for (int row = 0; row < best.length; row++) {
      for (int id = 1; id < vocabulary; id++) {
        if (scores[row * vocabulary + id] > scores[row * vocabulary + best[row]]) {
          best[row] = id;
        }
      }
    }
    return best;
  }

  // ---- training ----

  private static void train(
      LlamaModel model, GoldenFolder folder, GoldenReport report, Tensor ids, Tensor labels)
      throws IOException {
    SequencedMap<String, Tensor> parameters = model.parameters().named();
    Pass first = Pass.of(model, ids, labels);
    first.report(report, "train.", parameters);
    for (Map.Entry<String, Tensor> entry : parameters.entrySet()) {
      Tensor gradient = first.gradients().of(entry.getValue());
      compareParameter(report, GRADIENTS, "grad.", entry.getKey(), model, gradient);
    }
    if (folder.config().has("adamw")) {
      update(model, folder, report, first, ids, labels);
    }
  }

  /// Takes the optimiser's steps; the folder holds one more batch for each step after the first.
  private static void update(
      LlamaModel model,
      GoldenFolder folder,
      GoldenReport report,
      Pass first,
      Tensor ids,
      Tensor labels)
      throws IOException {
    SequencedMap<String, Tensor> parameters = model.parameters().named();
    ConfigFile options = folder.config().object("adamw");
    AdamW adamW = optimizer(parameters, options);
    double rate = options.doubleValue("lr");
    adamW.step(first.gradients(), rate, 1);
    compareParameters(report, "step1.", model);
    report.compare(CASES, "train.loss_after_1", shiftedLoss(model, ids, labels).item());

    for (int step = 2; folder.has("train.step" + step + ".ids"); step++) {
      String name = "train.step" + step + ".";
      Tensor batch = ids(folder, report, name + "ids"); // [B, T]
      Pass pass = Pass.of(model, batch, batch);
      double norm = pass.report(report, name, parameters);
      adamW.step(pass.gradients(), rate, GradientNorm.clipFactor(norm, CLIP_NORM));
      compareParameters(report, "step" + step + ".", model);
    }
  }

  /// One forward and backward pass.
  private record Pass(float loss, Gradients gradients) {
    static Pass of(LlamaModel model, Tensor ids, Tensor labels) {
      Tape tape = new Tape();
      Tensor loss = tape.call(() -> shiftedLoss(model, ids, labels));
      return new Pass(loss.item(), tape.backward(loss));
    }

    /// Compares loss and gradient norm, and returns the norm.
    double report(GoldenReport report, String name, Map<String, Tensor> parameters)
        throws IOException {
      double norm = GradientNorm.of(parameters.values(), gradients);
      report.compare(CASES, name + "loss", loss);
      report.compare(CASES, name + "grad_norm", norm);
      return norm;
    }
  }

  private static AdamW optimizer(Map<String, Tensor> parameters, ConfigFile options)
      throws IOException {
    AdamW.Betas betas =
        new AdamW.Betas(
            (float) options.doubleValue("beta1"),
            (float) options.doubleValue("beta2"),
            (float) options.doubleValue("eps"));
    float decay = (float) options.doubleValue("weight_decay");
    return new AdamW(List.of(new AdamW.Group(parameters, decay)), betas);
  }

  /// Mean cross-entropy of the token after each position; the last position has none.
  private static Tensor shiftedLoss(LlamaModel model, Tensor ids, Tensor labels) {
    Tensor shifted = Tensor.empty(labels.backend(), labels.dtype(), labels.shape()); // [B, T]
    labels.backend().copy().fill(shifted, CrossEntropyOp.IGNORE);
    long scored = labels.shape().dim(1) - 1;
    shifted.narrow(1, 0, scored).copyFrom(labels.narrow(1, 1, scored));
    return model.loss(ids, shifted);
  }

  private static void compareParameters(GoldenReport report, String prefix, LlamaModel model)
      throws IOException {
    for (Map.Entry<String, Tensor> entry : model.parameters().named().entrySet()) {
      compareParameter(report, UPDATED, prefix, entry.getKey(), model, entry.getValue());
    }
  }

  /// Compares what belongs to a parameter; a tied table stands for the output layer too.
  private static void compareParameter(
      GoldenReport report, String file, String prefix, String name, LlamaModel model, Tensor value)
      throws IOException {
    report.compare(file, prefix + name, value);
    if (model.config().tiedEmbeddings() && name.equals(TABLE)) {
      report.compare(file, prefix + HEAD, value);
    }
  }
}
