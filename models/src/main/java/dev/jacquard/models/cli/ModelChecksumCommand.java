package dev.jacquard.models.cli;

import dev.jacquard.models.Checksums;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `jacquard model checksum PATH`: SHA-256 of a model's files, to keep or to compare.
@Command(name = "checksum", description = "Print SHA-256 sums of a model, or check them.")
final class ModelChecksumCommand implements Callable<Integer> {
  @Mixin private final GlobalOptions options = new GlobalOptions();

  @Parameters(paramLabel = "PATH", description = "A model folder, or a file.")
  private Path path = Path.of("");

  @Option(
      names = "--check",
      paramLabel = "FILE",
      description = "Sums to compare with, as this command or sha256sum prints them.")
  private @Nullable Path expected;

  @Override
  public Integer call() throws IOException {
    SequencedMap<String, String> sums = Checksums.of(path);
    if (expected == null) {
      sums.forEach((name, sum) -> options.out().println(sum + "  " + name));
      return ExitCode.DONE;
    }
    Table table = new Table("file", "state");
    int[] wrong = new int[1];
    Checksums.read(expected)
        .forEach(
            (name, sum) -> {
              String found = sums.get(name);
              boolean isSame = sum.equals(found);
              wrong[0] += isSame ? 0 : 1;
              table.row(name, isSame ? "same" : found == null ? "missing" : "different");
            });
    options.print(table);
    return wrong[0] == 0 ? ExitCode.DONE : ExitCode.CHECK_FAILED;
  }
}
