package dev.jacquard.models.eval.golden;

import dev.jacquard.models.ConfigFile;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.shape.TensorException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Runs the check that fits a golden folder.
///
/// @param checks one for each system
public record GoldenRunner(List<GoldenCheck> checks) {

  /// Checks a folder. An error in the computation is a failed result, not an exception; if no check
  /// knows the folder's system, everything is skipped.
  ///
  /// @param path a golden folder
  /// @param backend who computes
  /// @return an outcome for every tensor that the folder lists
  /// @throws IOException if a file of the folder is missing or malformed
  public List<GoldenResult> run(Path path, Backend backend) throws IOException {
    try (GoldenFolder folder = GoldenFolder.open(path, backend)) {
      GoldenReport report = new GoldenReport(folder);
      GoldenCheck check = checkFor(folder.system());
      if (check == null) {
        return report.results(
            "no check for system \"%s\"; have %s".formatted(folder.system(), names()));
      }
      return TensorScope.<List<GoldenResult>, IOException>call(
          "golden " + folder.system(),
          () -> {
            try {
              check.check(folder, report);
            } catch (TensorException e) {
              report.stopped(e);
            }
            return report.results("nobody computed it");
          });
    }
  }

  /// Whether a folder was checked as far as its check asks for.
  ///
  /// @param path the folder
  /// @param results what [#run] returned for it
  /// @return false if nothing was compared, or something was skipped that may not be
  /// @throws IOException if the folder's configuration is missing or malformed
  public boolean isComplete(Path path, List<GoldenResult> results) throws IOException {
    GoldenCheck check = checkFor(ConfigFile.read(path.resolve("config.json")).text("system"));
    long skipped = GoldenReport.count(results, GoldenResult.Status.SKIPPED);
    return skipped < results.size() && (skipped == 0 || check == null || !check.needsAll());
  }

  private @Nullable GoldenCheck checkFor(String system) {
    return checks.stream().filter(c -> c.system().equals(system)).findFirst().orElse(null);
  }

  private String names() {
    return checks.stream().map(GoldenCheck::system).collect(Collectors.joining(", "));
  }
}
