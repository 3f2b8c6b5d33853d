package dev.jacquard.models.eval.golden.ops;

import dev.jacquard.models.ConfigFile;
import dev.jacquard.models.eval.golden.GoldenCheck;
import dev.jacquard.models.eval.golden.GoldenFolder;
import dev.jacquard.models.eval.golden.GoldenReport;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.shape.TensorException;
import java.io.IOException;
import java.util.Optional;

/// Operators with their gradients, and optimisers, as `index.json` lists them. A case whose
/// operator nobody knows is skipped; one that ends in an error has failed.
public final class OpsGoldenCheck implements GoldenCheck {
  /// Creates the check.
  public OpsGoldenCheck() {}

  @Override
  public String system() {
    return "ops";
  }

  @Override
  public boolean needsAll() {
    return true;
  }

  @Override
  public void check(GoldenFolder folder, GoldenReport report) throws IOException {
    ConfigFile groups = folder.index().object("groups");
    for (String group : groups.fields().keySet()) {
      ConfigFile content = groups.object(group);
      OpTable table = OpGroups.table(group);
      for (ConfigFile json : content.objects("cases")) {
        String file = content.text("file");
        Optional<OpFunction> function = table.find(json.text("op"));
        if (json.text("op").equals("optimizer")) {
          check(json, file, report, new OptimizerCase(folder, report, file, json)::check);
        } else if (function.isPresent()) {
          OpCase one = new OpCase(folder, report, file, json);
          check(json, file, report, () -> one.check(function.get()));
        }
      }
    }
  }

  /// A case to be computed and compared.
  @FunctionalInterface
  private interface Case {
    void check() throws IOException;
  }

  private static void check(ConfigFile json, String file, GoldenReport report, Case one)
      throws IOException {
    String name = json.text("name");
    try {
      TensorScope.<Void, IOException>call(
          "case " + name,
          () -> {
            one.check();
            return null;
          });
    } catch (TensorException | CheckpointException e) {
      for (String tensor : json.object("tol").fields().keySet()) {
        report.failed(file, tensor, name + " stopped: " + e.getMessage());
      }
    }
  }
}
