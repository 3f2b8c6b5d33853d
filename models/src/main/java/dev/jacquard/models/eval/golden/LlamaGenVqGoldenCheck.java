package dev.jacquard.models.eval.golden;

import static dev.jacquard.models.eval.golden.GoldenFolder.CASES;

import dev.jacquard.models.quantizer.Quantized;
import dev.jacquard.models.quantizer.Quantized.Term;
import dev.jacquard.models.vq.ActivationListener;
import dev.jacquard.models.vq.VqConfig;
import dev.jacquard.models.vq.VqModel;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.loss.RegressionLosses;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import java.io.IOException;
import java.io.UncheckedIOException;

/// LlamaGen's VQ tokenizer: encoder, indices, latents, decoder, losses and gradients.
public final class LlamaGenVqGoldenCheck implements GoldenCheck {
  private static final String WEIGHTS = "model.safetensors";

  /// Creates the check.
  public LlamaGenVqGoldenCheck() {}

  @Override
  public String system() {
    return "llamagen-vq";
  }

  @Override
  public void check(GoldenFolder folder, GoldenReport report) throws IOException {
    VqConfig config = VqConfig.read(folder.config());
    VqModel model = new VqModel(config, Parameters.random(folder.backend(), 0));
    model.parameters().load(folder.weights(WEIGHTS));
    Tensor images = folder.tensor(new GoldenTensor(CASES, "in.image")); // [B, C, H, W]
    report.compare(CASES, "in.image", images);
    reconstruct(model, images, folder, report);
    train(model, images, report);
  }

  private static void reconstruct(
      VqModel model, Tensor images, GoldenFolder folder, GoldenReport report) throws IOException {
    Tensor z = model.encode(images, listener("enc.", folder, report)); // [B, d, h, w]
    report.compare(CASES, "quant_conv.out", z);
    Quantized quantized = model.quantizer().quantize(z);
    report.compare(CASES, "indices", quantized.indices());
    report.compare(CASES, "quantised", quantized.values());
    ActivationListener decoding = listener("dec.", folder, report);
    ActivationListener widening = listener("", folder, report);
    Tensor y =
        model.decode(
            quantized.values(),
            (name, x) -> {
              boolean outside = name.equals("post_quant_conv");
              (outside ? widening : decoding).onActivation(outside ? name + ".out" : name, x);
            });
    report.compare(CASES, "reconstruction", y);
    Tensor entry = model.quantizer().lookup(folder.ids("indices"));
    report.compare(CASES, "decode_code.codebook_entry", entry);
    report.compare(CASES, "decode_code.image", model.decodeIndices(folder.ids("indices")));
  }

  /// Compares results in between; of some the folder holds the first sample only.
  private static ActivationListener listener(
      String prefix, GoldenFolder folder, GoldenReport report) {
    return (name, x) -> {
      String key = prefix + name;
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

  private static void train(VqModel model, Tensor images, GoldenReport report) throws IOException {
    Tape tape = new Tape();
    Tensor total =
        tape.<Tensor, IOException>call(
            () -> {
              VqModel.Pass pass = model.forward(images);
              Quantized q = pass.quantized();
              model.countUse(q.indices().toInts());
              double share = model.usage(VqModel.USAGE_WINDOW).share();
              Tensor mse = RegressionLosses.squared(pass.reconstruction(), images);
              report.compare(CASES, "train.reconstruction", pass.reconstruction());
              report.compare(CASES, "train.vq_loss", q.loss(Term.CODEBOOK));
              report.compare(CASES, "train.commit_loss", q.loss(Term.COMMITMENT));
              report.compare(CASES, "train.entropy_loss", q.loss(Term.ENTROPY));
              report.compare(CASES, "train.codebook_usage", share);
              report.compare(CASES, "train.mse", mse);
              return mse.add(q.loss());
            });
    report.compare(CASES, "train.total", total);
    GradientComparison.of(report, "train.grad.", model.parameters().named(), tape.backward(total));
  }
}
