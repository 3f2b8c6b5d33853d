package dev.jacquard.models.eval.golden;

import dev.jacquard.nn.optim.GradientNorm;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Gradients;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Compares gradients of parameters, of which a folder holds the whole, or its first rows as
/// `NAME[:n]` and its norm as `NAME.l2`.
final class GradientComparison {
  private static final String FILE = "grads.safetensors";
  private static final Pattern ROWS = Pattern.compile("(.+)\\[:(\\d+)]");

  private GradientComparison() {}

  /// @param prefix what stands before the names in the folder
  static void of(
      GoldenReport report, String prefix, Map<String, Tensor> parameters, Gradients gradients)
      throws IOException {
    for (Map.Entry<String, Tensor> entry : parameters.entrySet()) {
      String name = prefix + entry.getKey();
      if (gradients.has(entry.getValue())) {
        report.compare(FILE, name, gradients.of(entry.getValue()));
        double norm = GradientNorm.of(List.of(entry.getValue()), gradients);
        report.compare(FILE, name + ".l2", norm);
      }
    }
    for (GoldenTensor wanted : report.wanted(FILE)) {
      Matcher rows = ROWS.matcher(wanted.name());
      if (rows.matches()) {
        Tensor parameter = parameters.get(rows.group(1).substring(prefix.length()));
        if (parameter != null && gradients.has(parameter)) {
          Tensor first = gradients.of(parameter).narrow(0, 0, Long.parseLong(rows.group(2)));
          report.compare(FILE, wanted.name(), first.contiguous());
        }
      }
    }
  }
}
