package dev.jacquard.models.eval.golden.ops;

import dev.jacquard.models.ConfigFile;
import dev.jacquard.models.eval.golden.GoldenFolder;
import dev.jacquard.models.eval.golden.GoldenReport;
import dev.jacquard.models.eval.golden.GoldenTensor;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Gradients;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.shape.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// One case of a group: computes an operator and its gradients, and reports both.
///
/// The gradients are those of `Σ up · out` over all outputs that have an upstream gradient `up`.
record OpCase(GoldenFolder folder, GoldenReport report, String file, ConfigFile json) {

  /// Computes and compares.
  void check(OpFunction function) throws IOException {
    OpArguments arguments = arguments();
    Tape tape = new Tape();
    List<Tensor> outputs = tape.call(() -> function.apply(arguments));
    List<@Nullable String> expected = json.texts("outputs");
    if (outputs.size() != expected.size()) {
      throw new CheckpointException(
          "%d outputs; computed %d".formatted(expected.size(), outputs.size()), text("name"));
    }
    for (int i = 0; i < outputs.size(); i++) {
      report.compare(file, String.valueOf(expected.get(i)), outputs.get(i));
    }
    ConfigFile gradients = json.object("grads");
    if (!gradients.fields().isEmpty()) {
      Tensor total = tape.call(() -> weightedSum(outputs));
      compare(tape.backward(total), gradients, arguments);
    }
  }

  private OpArguments arguments() throws IOException {
    ConfigFile names = json.object("inputs");
    ConfigFile gradients = json.object("grads");
    SequencedMap<String, Tensor> inputs = new LinkedHashMap<>();
    for (String argument : names.fields().keySet()) {
      Tensor input = tensor(names.text(argument));
      inputs.put(argument, gradients.has(argument) ? input.trainable() : input);
    }
    List<Shape> outputShapes = new ArrayList<>();
    for (String output : json.texts("outputs")) {
      outputShapes.add(tensor(String.valueOf(output)).shape());
    }
    return new OpArguments(inputs, json.object("attrs"), outputShapes, text("note"));
  }

  /// `Σ up · out`.
  private Tensor weightedSum(List<Tensor> outputs) throws IOException {
    Tensor total = Tensor.zeros(folder.backend(), Shape.of());
    List<@Nullable String> upstream = json.texts("upstream");
    for (int i = 0; i < outputs.size(); i++) {
      String name = upstream.get(i);
      if (name != null) {
        total = total.add(outputs.get(i).mul(tensor(name)).sum());
      }
    }
    return total;
  }

  private void compare(Gradients actual, ConfigFile names, OpArguments arguments)
      throws IOException {
    for (String argument : names.fields().keySet()) {
      Tensor input = arguments.tensor(argument);
      Tensor gradient =
          actual.has(input)
              ? actual.of(input)
              : Tensor.zeros(folder.backend(), input.shape()); // nothing depends on it
      report.compare(file, names.text(argument), gradient);
    }
  }

  private Tensor tensor(String name) throws IOException {
    return folder.tensor(new GoldenTensor(file, name));
  }

  private String text(String field) throws CheckpointException {
    return json.text(field);
  }
}
