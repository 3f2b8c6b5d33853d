package dev.jacquard.models.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `jacquard model`: looks at checkpoint files, and writes them.
@Command(
    name = "model",
    description = "Look at checkpoint files, or write them.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ModelInspectCommand.class,
      ModelConvertCommand.class,
      ModelChecksumCommand.class,
      ModelRandomCommand.class
    })
final class ModelCommand implements Callable<Integer> {

  @Mixin private final GlobalOptions options = new GlobalOptions();

  @Override
  public Integer call() {
    throw options.usage("model: no command given; need inspect, convert, checksum or random");
  }
}
