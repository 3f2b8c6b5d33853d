package dev.jacquard.models.eval.golden;

import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.Checkpoints;
import dev.jacquard.tensor.io.TensorEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// PyTorch files: every tensor must have the type, the shape and the bits that
/// `expected.safetensors` lists under `FILE/path.to.entry`, where the file's ending is left out,
/// and there may be no others.
public final class TorchPickleGoldenCheck implements GoldenCheck {
  private static final String EXPECTED = "expected.safetensors";
  private static final List<String> ENDINGS = List.of("", ".pt", ".pth", ".bin");

  /// Creates the check.
  public TorchPickleGoldenCheck() {}

  @Override
  public String system() {
    return "torch-pickle";
  }

  @Override
  public boolean needsAll() {
    return true;
  }

  @Override
  public void check(GoldenFolder folder, GoldenReport report) throws IOException {
    Map<String, Checkpoint> files = new LinkedHashMap<>();
    try (Checkpoint expected = Checkpoints.open(folder.path().resolve(EXPECTED))) {
      Set<String> names = new HashSet<>();
      for (TensorEntry entry : expected.entries()) {
        String file = entry.name().substring(0, entry.name().indexOf('/'));
        if (!files.containsKey(file)) {
          files.put(file, Checkpoints.open(path(folder, file)));
        }
        names.add(entry.name());
        compare(folder, report, expected, entry, files.get(file));
      }
      files.forEach((name, file) -> reportOthers(report, names, name, file));
    } finally {
      files.values().forEach(Checkpoint::close);
    }
  }

  /// The file of a name without ending.
  private static Path path(GoldenFolder folder, String name) throws IOException {
    for (String ending : ENDINGS) {
      Path path = folder.path().resolve(name + ending);
      if (Files.exists(path)) {
        return path;
      }
    }
    throw new NoSuchFileException(folder.path().resolve(name) + " with one of " + ENDINGS);
  }

  private static void compare(
      GoldenFolder folder,
      GoldenReport report,
      Checkpoint expected,
      TensorEntry entry,
      Checkpoint file)
      throws IOException {
    String name = entry.name().substring(entry.name().indexOf('/') + 1);
    TensorEntry found =
        file.entries().stream().filter(e -> e.name().equals(name)).findFirst().orElse(null);
    if (found == null) {
      report.failed(EXPECTED, entry.name(), "missing");
    } else if (found.type() != entry.type()) {
      report.failed(
          EXPECTED, entry.name(), "type is %s; need %s".formatted(found.type(), entry.type()));
    } else if (file.raw(name).mismatch(expected.raw(entry.name())) >= 0) {
      report.failed(EXPECTED, entry.name(), "bits differ");
    } else {
      report.compare(EXPECTED, entry.name(), file.tensor(folder.backend(), name), 0);
    }
  }

  private static void reportOthers(
      GoldenReport report, Set<String> names, String name, Checkpoint file) {
    for (TensorEntry entry : file.entries()) {
      if (!names.contains(name + "/" + entry.name())) {
        report.failed(EXPECTED, name + "/" + entry.name(), "not expected");
      }
    }
  }
}
