package dev.jacquard.models.eval.golden.ops;

import dev.jacquard.models.ConfigFile;
import dev.jacquard.models.eval.golden.GoldenFolder;
import dev.jacquard.models.eval.golden.GoldenReport;
import dev.jacquard.models.eval.golden.GoldenTensor;
import dev.jacquard.nn.optim.Adam;
import dev.jacquard.nn.optim.AdamW;
import dev.jacquard.nn.optim.GradientNorm;
import dev.jacquard.nn.optim.Optimizer;
import dev.jacquard.nn.optim.Sgd;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Gradients;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.shape.Shape;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// A sequence of steps of an optimiser on given gradients. The first part of the case's name says
/// which optimiser: `adamw`, `adam` or `sgd`.
record OptimizerCase(GoldenFolder folder, GoldenReport report, String file, ConfigFile json) {

  /// Takes the steps and compares the parameters after each.
  void check() throws IOException {
    SequencedMap<String, Tensor> parameters = parameters();
    Optimizer optimizer = optimizer(parameters);
    ConfigFile options = json.object("attrs");
    for (int step = 1; step <= json.intValue("steps"); step++) {
      Gradients gradients = gradients(parameters, step);
      float scale = 1;
      if (options.has("clip_norm")) {
        double norm = GradientNorm.of(parameters.values(), gradients);
        report.compare(file, name() + "/norm.step" + step, norm);
        scale = GradientNorm.clipFactor(norm, options.doubleValue("clip_norm"));
      }
      optimizer.step(gradients, options.doubleValue("lr"), scale);
      for (String parameter : parameters.keySet()) {
        report.compare(file, key(parameter, step), parameters.get(parameter));
      }
    }
  }

  private Optimizer optimizer(SequencedMap<String, Tensor> parameters) throws IOException {
    String kind = name().replaceFirst("_.*", "");
    return switch (kind) {
      case "adamw" -> {
        boolean matricesOnly = json.text("note").contains("two or more axes");
        yield new AdamW(
            matricesOnly
                ? AdamW.decayMatricesOnly(parameters, number("weight_decay"))
                : List.of(new AdamW.Group(parameters, number("weight_decay"))),
            betas());
      }
      case "adam" -> new Adam(parameters, betas(), number("weight_decay"));
      case "sgd" -> {
        boolean nesterov = json.object("attrs").flag("nesterov", false);
        Sgd.Options options = new Sgd.Options(number("momentum"), nesterov, number("weight_decay"));
        yield new Sgd(parameters, options);
      }
      default -> throw new CheckpointException("unknown optimiser \"" + kind + "\"", "index.json");
    };
  }

  private AdamW.Betas betas() throws IOException {
    return new AdamW.Betas(number("beta1"), number("beta2"), number("eps"));
  }

  /// Copies of the starting values, which the file keeps.
  private SequencedMap<String, Tensor> parameters() throws IOException {
    SequencedMap<String, Tensor> parameters = new LinkedHashMap<>();
    ConfigFile tolerances = json.object("tol");
    for (int i = 0; tolerances.has(key("param" + i, 1)); i++) {
      Tensor start = tensor(name() + "/param" + i);
      parameters.put("param" + i, Tensor.emptyLike(start).copyFrom(start).trainable());
    }
    return parameters;
  }

  /// The gradients of `Σ p · g`, which are the given `g`.
  private Gradients gradients(SequencedMap<String, Tensor> parameters, int step)
      throws IOException {
    Tape tape = new Tape();
    Tensor loss =
        tape.<Tensor, IOException>call(
            () -> {
              Tensor sum = Tensor.zeros(folder.backend(), Shape.of());
              for (String parameter : parameters.keySet()) {
                Tensor g = tensor(key(parameter.replace("param", "grad"), step));
                sum = sum.add(parameters.get(parameter).mul(g).sum());
              }
              return sum;
            });
    return tape.backward(loss);
  }

  private float number(String option) throws IOException {
    ConfigFile options = json.object("attrs");
    return options.has(option) ? (float) options.doubleValue(option) : 0;
  }

  private String key(String tensor, int step) throws IOException {
    return name() + "/" + tensor + ".step" + step;
  }

  private Tensor tensor(String key) throws IOException {
    return folder.tensor(new GoldenTensor(file, key));
  }

  private String name() throws IOException {
    return json.text("name");
  }
}
