package dev.jacquard.models.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `jacquard model`: looks at checkpoint files.
@Command(
    name = "model",
    description = "Look at checkpoint files.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = ModelInspectCommand.class)
final class ModelCommand implements Callable<Integer> {

  @Mixin private final GlobalOptions options = new GlobalOptions();

  @Override
  public Integer call() {
    throw options.usage("model: no command given; need inspect");
  }
}
