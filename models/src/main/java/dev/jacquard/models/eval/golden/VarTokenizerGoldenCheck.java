package dev.jacquard.models.eval.golden;

import static dev.jacquard.models.eval.golden.GoldenFolder.CASES;

import dev.jacquard.models.quantizer.MultiScaleResidualQuantizer;
import dev.jacquard.models.quantizer.Quantized;
import dev.jacquard.models.var.ScaleInputs;
import dev.jacquard.models.var.VarTokenizerWeights;
import dev.jacquard.models.vq.ActivationListener;
import dev.jacquard.models.vq.VqConfig;
import dev.jacquard.models.vq.VqModel;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.loss.RegressionLosses;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Gradients;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.op.ClampOp;
import dev.jacquard.tensor.op.EmbeddingOp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// VAR's multi-scale tokenizer: encoder, ids and sums of each scale, decoder, loss and gradients.
public final class VarTokenizerGoldenCheck implements GoldenCheck {
  private static final String GRADIENTS = "grads.safetensors";
  private static final Pattern AT_SCALE =
      Pattern.compile("scale(\\d+)\\.(idx|f_hat|upsampled|area_rest)");
  private static final Pattern STEP =
      Pattern.compile("conv_blocks(\\d+)\\.(?:res(\\d+)|attn(\\d+)|(downsample|upsample))");

  /// Creates the check.
  public VarTokenizerGoldenCheck() {}

  @Override
  public String system() {
    return "var-vqvae";
  }

  @Override
  public boolean needsAll() {
    return true;
  }

  @Override
  public void check(GoldenFolder folder, GoldenReport report) throws IOException {
    List<Integer> sides = Arrays.stream(folder.config().intValues("v_patch_nums")).boxed().toList();
    VqConfig config = VarTokenizerWeights.config(folder.config(), sides);
    VqModel model = new VqModel(config, Parameters.random(folder.backend(), 0));
    int levels = config.decoderMultipliers().size();
    model
        .parameters()
        .load(VarTokenizerWeights.fitted(folder.weights("model.safetensors"), levels));
    Tensor images = folder.tensor(new GoldenTensor(CASES, "in.image")); // [B, C, H, W]
    report.compare(CASES, "in.image", images);
    Tensor f = model.encode(images, listener("enc.", "down", config, folder, report));
    report.compare(CASES, "quant_conv.out", f);
    scales(model, f, report);
    ActivationListener decoding = listener("dec.", "up", config, folder, report);
    MultiScaleResidualQuantizer quantizer = (MultiScaleResidualQuantizer) model.quantizer();
    Tensor last = quantizer.scales(f).sums().getLast();
    Tensor decoded = model.decode(last, decoding);
    decoding.onActivation("out", decoded);
    report.compare(CASES, "rec.from_image", ClampOp.apply(decoded, -1, 1));
    train(model, images, levels, report);
  }

  private static void scales(VqModel model, Tensor f, GoldenReport report) throws IOException {
    MultiScaleResidualQuantizer quantizer = (MultiScaleResidualQuantizer) model.quantizer();
    MultiScaleResidualQuantizer.Scales scales = quantizer.scales(f);
    for (GoldenTensor wanted : report.wanted(CASES)) {
      Matcher name = AT_SCALE.matcher(wanted.name());
      if (name.matches()) {
        int k = Integer.parseInt(name.group(1));
        Tensor ids = scales.indices().get(k);
        int side = quantizer.sides().get(k);
        Tensor actual =
            switch (name.group(2)) {
              case "idx" -> ids;
              case "f_hat" -> scales.sums().get(k);
              case "upsampled" -> quantizer.enlarged(EmbeddingOp.apply(quantizer.table(), ids), k);
              default -> {
                Tensor rest = k == 0 ? f : f.sub(scales.sums().get(k - 1));
                yield quantizer.shrunk(rest, k).reshape(-1, side, side, quantizer.dim());
              }
            };
        report.compare(CASES, wanted.name(), actual);
      }
    }
    report.compare(CASES, "var_input", ScaleInputs.of(quantizer, scales.indices()));
    report.compare(CASES, "rec.from_idx_first", picture(model, scales.sums().getFirst()));
    report.compare(CASES, "rec.from_idx_last", picture(model, scales.sums().getLast()));
  }

  private static Tensor picture(VqModel model, Tensor sum) {
    return ClampOp.apply(model.decode(sum), -1, 1);
  }

  /// Compares results in between, under the names of the authors' modules; of some the folder holds
  /// the first sample only.
  private static ActivationListener listener(
      String prefix, String level, VqConfig config, GoldenFolder folder, GoldenReport report) {
    return (name, x) -> {
      String key = prefix + authorsName(name, level, config);
      try {
        if (report.wants(CASES, key)) {
          long samples = folder.tensor(new GoldenTensor(CASES, key)).shape().dim(0);
          report.compare(CASES, key, x.narrow(0, 0, samples).contiguous());
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  private static String authorsName(String name, String level, VqConfig config) {
    Matcher step = STEP.matcher(name);
    if (!step.matches()) {
      return switch (name) {
        case "mid0" -> "mid.block_1";
        case "mid1" -> "mid.attn_1";
        case "mid2" -> "mid.block_2";
        default -> name;
      };
    }
    boolean isDecoder = level.equals("up");
    int number = Integer.parseInt(step.group(1));
    int shown = isDecoder ? config.decoderMultipliers().size() - 1 - number : number;
    String part;
    if (step.group(2) != null) {
      int last = config.nResBlocks() - (isDecoder ? 0 : 1);
      boolean isLast = Integer.parseInt(step.group(2)) == last;
      part = isLast ? "block_last" : "block" + step.group(2);
    } else {
      part = step.group(3) != null ? "attn" + step.group(3) : step.group(4);
    }
    return level + shown + "." + part;
  }

  private static void train(VqModel model, Tensor images, int levels, GoldenReport report)
      throws IOException {
    Tape tape = new Tape();
    Tensor total =
        tape.<Tensor, IOException>call(
            () -> {
              VqModel.Pass pass = model.forward(images);
              Quantized q = pass.quantized();
              Tensor mse = RegressionLosses.squared(pass.reconstruction(), images);
              report.compare(CASES, "train.reconstruction", pass.reconstruction());
              report.compare(CASES, "train.vq_loss", q.loss());
              report.compare(CASES, "train.mse", mse);
              return mse.add(q.loss());
            });
    Gradients gradients = tape.backward(total);
    GradientComparison.of(
        report,
        GRADIENTS,
        "train.grad.",
        VarTokenizerWeights.published(
            GradientComparison.taken(model.parameters().named(), gradients), levels));
  }
}
