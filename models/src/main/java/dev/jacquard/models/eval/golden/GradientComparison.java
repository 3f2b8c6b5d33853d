package dev.jacquard.models.eval.golden;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Gradients;
import java.io.IOException;
import java.util.LinkedHashMap;
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
    of(report, FILE, prefix, taken(parameters, gradients));
  }

  /// The gradients of those parameters that have one.
  static Map<String, Tensor> taken(Map<String, Tensor> parameters, Gradients gradients) {
    Map<String, Tensor> taken = new LinkedHashMap<>();
    parameters.forEach(
        (name, parameter) -> {
          if (gradients.has(parameter)) {
            taken.put(name, gradients.of(parameter));
          }
        });
    return taken;
  }

  /// @param file that holds them
  /// @param prefix what stands before the names in the folder
  /// @param gradients by name
  static void of(GoldenReport report, String file, String prefix, Map<String, Tensor> gradients)
      throws IOException {
    for (Map.Entry<String, Tensor> entry : gradients.entrySet()) {
      String name = prefix + entry.getKey();
      report.compare(file, name, entry.getValue());
      if (report.wants(file, name + ".l2")) {
        report.compare(file, name + ".l2", norm(entry.getValue()));
      }
    }
    for (GoldenTensor wanted : report.wanted(file)) {
      Matcher rows = ROWS.matcher(wanted.name());
      if (rows.matches()) {
        Tensor gradient = gradients.get(rows.group(1).substring(prefix.length()));
        if (gradient != null) {
          Tensor first = gradient.narrow(0, 0, Long.parseLong(rows.group(2)));
          report.compare(file, wanted.name(), first.contiguous());
        }
      }
    }
  }

  private static double norm(Tensor gradient) {
    double sum = 0;
    for (float g : gradient.toFloats()) {
      sum += (double) g * g;
    }
    return Math.sqrt(sum);
  }
}
