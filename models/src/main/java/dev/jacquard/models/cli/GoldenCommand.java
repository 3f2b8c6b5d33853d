package dev.jacquard.models.cli;

import dev.jacquard.models.eval.golden.GoldenReport;
import dev.jacquard.models.eval.golden.GoldenResult;
import dev.jacquard.models.eval.golden.GoldenResult.Status;
import dev.jacquard.models.eval.golden.GoldenRunner;
import dev.jacquard.models.registry.GoldenChecks;
import dev.jacquard.tensor.backend.Backend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `jacquard golden DIR...`: compares what this code computes with what the authors' code computed.
///
/// A folder that cannot be read, or of which nothing or too little can be compared, does not keep
/// the others from being checked, but makes the exit code [ExitCode#BAD_INPUT].
@Command(
    name = "golden",
    description = "Compare each tensor of golden folders with its tolerance; 1 if one is off.")
final class GoldenCommand implements Callable<Integer> {

  @Mixin private final GlobalOptions options = new GlobalOptions();

  @Parameters(paramLabel = "DIR", arity = "1..*", description = "Golden folders.")
  private List<Path> folders = List.of();

  @Override
  public Integer call() {
    List<GoldenResult> all = new ArrayList<>();
    boolean readable = true;
    GoldenRunner runner = new GoldenRunner(GoldenChecks.all());
    try (Backend backend = options.openBackend()) {
      for (Path folder : folders) {
        try {
          List<GoldenResult> results = runner.run(folder, backend);
          print(folder, results);
          all.addAll(results);
          readable &= isComplete(runner, folder, results);
        } catch (IOException e) {
          options.err().println("jacquard: " + ErrorReport.sentence(e));
          readable = false;
        }
      }
    }
    printSummary(all);
    if (GoldenReport.count(all, Status.FAILED) > 0) {
      return ExitCode.CHECK_FAILED;
    }
    return readable ? ExitCode.DONE : ExitCode.BAD_INPUT;
  }

  private boolean isComplete(GoldenRunner runner, Path folder, List<GoldenResult> results)
      throws IOException {
    boolean complete = runner.isComplete(folder, results);
    if (!complete) {
      long skipped = GoldenReport.count(results, Status.SKIPPED);
      String what =
          skipped == results.size() ? "nothing was compared" : skipped + " tensors were skipped";
      String why =
          results.stream()
              .filter(r -> r.status() == Status.SKIPPED)
              .map(GoldenResult::note)
              .findFirst()
              .orElse("tolerances.json lists no tensor");
      options.err().println("jacquard: " + what + " in " + folder + "; " + why);
    }
    return complete;
  }

  private void print(Path folder, List<GoldenResult> results) {
    Table table = new Table("folder", "file", "tensor", "status", "error", "tolerance", "note");
    for (GoldenResult r : results) {
      table.row(
          String.valueOf(folder.getFileName()),
          r.tensor().file(),
          r.tensor().name(),
          r.status().name().toLowerCase(Locale.ROOT),
          number(r.error()),
          number(r.tolerance()),
          r.note());
    }
    options.print(table);
    if (!options.isJson()) {
      GoldenReport.summaryByFile(results)
          .forEach((file, summary) -> options.out().println(file + ": " + summary));
    }
  }

  private void printSummary(List<GoldenResult> all) {
    if (options.isJson()) {
      Table summary = new Table("passed", "failed", "skipped");
      options.print(
          summary.row(
              GoldenReport.count(all, Status.PASSED),
              GoldenReport.count(all, Status.FAILED),
              GoldenReport.count(all, Status.SKIPPED)));
    } else {
      options.out().println(GoldenReport.summary(all));
    }
  }

  /// Errors span many powers of ten, so people see an exponent and programs the number.
  private Object number(double value) {
    if (options.isJson()) {
      return value;
    }
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.1e", value);
  }
}
