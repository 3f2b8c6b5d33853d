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
        Optional<OpFunction> function = table.find(json.text("op"));
        if (function.isPresent()) {
          check(new OpCase(folder, report, content.text("file"), json), function.get());
        }
      }
    }
  }

  private static void check(OpCase one, OpFunction function) throws IOException {
    String name = one.json().text("name");
    try {
      TensorScope.<Void, IOException>call(
          "case " + name,
          () -> {
            one.check(function);
            return null;
          });
    } catch (TensorException | CheckpointException e) {
      for (String tensor : one.json().object("tol").fields().keySet()) {
        one.report().failed(one.file(), tensor, name + " stopped: " + e.getMessage());
      }
    }
  }
}
