package dev.jacquard.models.cli;

import dev.jacquard.models.ModelConversion;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.shape.DType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `jacquard model convert IN OUT`: rewrites a checkpoint, streaming.
@Command(
    name = "convert",
    description = "Rewrite a checkpoint or model folder in another type or format.")
final class ModelConvertCommand implements Callable<Integer> {
  @Mixin private final GlobalOptions options = new GlobalOptions();

  @Parameters(paramLabel = "IN", description = "A checkpoint of any known format, or a folder.")
  private Path in = Path.of("");

  @Parameters(
      paramLabel = "OUT",
      description =
          "FILE.gguf, FILE.safetensors, or a folder that gets configuration and card, too.")
  private Path out = Path.of("");

  @Option(
      names = "--type",
      description = "f32, bf16 or f16; in GGUF also q8_0, q4_0 (default: as it is).")
  private @Nullable DType type;

  @Override
  public Integer call() throws IOException {
    if (type != null && !type.isFloating()) {
      throw options.usage("--type " + type + " is no floating-point type");
    }
    try (Backend backend = options.openBackend()) {
      new ModelConversion(backend, type).convert(in, out);
    }
    options.print(new Table("written").row(out.toString()));
    return ExitCode.DONE;
  }
}
