package dev.jacquard.models.cli;

import dev.jacquard.models.registry.ModelRegistry;
import dev.jacquard.models.registry.SystemCard;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `jacquard systems`: the list of systems.
@Command(
    name = "systems",
    description = "List the systems: family, what works today, the test that shows it.")
final class SystemsCommand implements Callable<Integer> {

  @Mixin private final GlobalOptions options = new GlobalOptions();

  @Option(names = "--markdown", description = "Print the table of models/README.md.")
  private boolean markdown;

  @Override
  public Integer call() {
    if (markdown) {
      options.out().print(ModelRegistry.markdown());
      return ExitCode.DONE;
    }
    Table table = new Table("system", "family", "stage", "arxiv", "shown by", "idea");
    for (SystemCard card : ModelRegistry.systems()) {
      table.row(
          card.name(),
          card.family(),
          card.stage().toString(),
          card.arxiv(),
          card.proof(),
          card.works().isEmpty() ? card.idea() : card.idea() + " (" + card.works() + ")");
    }
    options.print(table);
    return ExitCode.DONE;
  }
}
