package dev.jacquard.models.cli;

import dev.jacquard.models.data.EmojiPackMaker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `jacquard pack`: makes a picture pack from somebody else's package.
@Command(name = "pack", description = "Make a picture pack, such as the bundled Noto-32.")
final class PackCommand implements Callable<Integer> {

  /// Packs that can be made.
  enum Kind {
    /// Noto-32 from the npm package `emoji-datasource-google`.
    EMOJI
  }

  @Mixin private final GlobalOptions options = new GlobalOptions();

  @Parameters(paramLabel = "KIND", description = "emoji: from npm's emoji-datasource-google.")
  private Kind kind = Kind.EMOJI;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "DIR",
      description = "The unpacked package.")
  private Path from = Path.of("package");

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "The pack to write.")
  private Path out = Path.of("noto-32.zip");

  @Override
  public Integer call() throws IOException {
    int pictures =
        switch (kind) {
          case EMOJI -> EmojiPackMaker.make(from, out);
        };
    Table table = new Table("pack", "pictures", "bytes");
    table.row(out.toString(), pictures, Files.size(out));
    options.print(table);
    return ExitCode.DONE;
  }
}
