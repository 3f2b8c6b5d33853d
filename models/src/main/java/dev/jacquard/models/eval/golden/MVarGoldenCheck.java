package dev.jacquard.models.eval.golden;

import static dev.jacquard.models.eval.golden.GoldenFolder.CASES;

import dev.jacquard.models.ConfigFile;
import dev.jacquard.models.mvar.MVarBlock;
import dev.jacquard.models.mvar.MVarModel;
import dev.jacquard.models.var.Modulation;
import dev.jacquard.models.var.ScaleContext;
import dev.jacquard.models.var.VarConfig;
import dev.jacquard.models.var.VarWeights;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.layer.Mamba2;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import java.io.IOException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// M-VAR's transformer: activations, logits, loss, gradients and greedy drawing with guidance.
public final class MVarGoldenCheck implements GoldenCheck {
  private static final Pattern DRAWING = Pattern.compile("gen\\.cfg([0-9.]+)\\.ids0");

  /// Creates the check.
  public MVarGoldenCheck() {}

  @Override
  public String system() {
    return "mvar";
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
            folder.config().object("mvar"), vae.intValue("vocab_size"), vae.intValue("z_channels"));
    MVarModel model = new MVarModel(config, Parameters.random(folder.backend(), 0));
    model.parameters().load(VarWeights.withoutComputed(folder.weights("model.safetensors")));
    GoldenTokenizers.Inputs in = GoldenTokenizers.inputs(folder, vae, config, report);
    forward(model, in.labels(), in.latents(), report);
    Tape tape = new Tape();
    Tensor loss =
        tape.call(() -> model.loss(in.labels(), in.latents(), GoldenTokenizers.joined(in.ids())));
    report.compare(CASES, "train.loss", loss);
    Map<String, Tensor> gradients =
        GradientComparison.taken(model.parameters().named(), tape.backward(loss));
    GradientComparison.of(report, CASES, "train.grad.", gradients);
    for (GoldenTensor tensor : folder.tolerances().keySet()) {
      Matcher drawing = DRAWING.matcher(tensor.name());
      if (drawing.matches()) {
        String name = tensor.name().replaceFirst("ids0$", "");
        double guidance = Double.parseDouble(drawing.group(1));
        VarGoldenCheck.draw(model, in.tokenizer(), in.labels(), guidance, name, report);
      }
    }
  }

  private static void forward(MVarModel model, Tensor labels, Tensor latents, GoldenReport report)
      throws IOException {
    ScaleContext context = new ScaleContext(model.config().plan().blockDiagonal(), null);
    MVarModel.Condition condition = model.condition(labels);
    Tensor x = model.embedding().sequence(condition.vector(), latents); // [B, L, C]
    for (int i = 0; i < model.blocks().size(); i++) {
      MVarBlock block = model.blocks().get(i);
      Modulation modulation = condition.blocks().get(i);
      String name = "fwd.block" + i + ".";
      MVarBlock.Pass pass = block.forward(x, modulation, context, null);
      Mamba2.Inputs in = block.mamba().inputs(pass.read(), null);
      report.compare(CASES, name + "mamba.dt", in.dt());
      report.compare(CASES, name + "mamba.x", in.x());
      report.compare(CASES, name + "mamba.B", withoutGroup(in.b()));
      report.compare(CASES, name + "mamba.C", withoutGroup(in.c()));
      report.compare(CASES, name + "mamba.y", block.mamba().scan(in, null));
      report.compare(CASES, name + "attn", pass.attended());
      report.compare(CASES, name + "mamba_in", pass.read());
      report.compare(CASES, name + "mamba", pass.mixed());
      report.compare(CASES, name + "out", pass.out());
      x = pass.out();
    }
    report.compare(CASES, "fwd.logits", model.logits(labels, latents));
  }

  private static Tensor withoutGroup(Tensor x) {
    return x.reshape(x.shape().dim(0), x.shape().dim(1), x.shape().last());
  }
}
