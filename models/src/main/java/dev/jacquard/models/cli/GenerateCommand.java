package dev.jacquard.models.cli;

import dev.jacquard.models.ImageModel;
import dev.jacquard.models.registry.ModelFamilies;
import dev.jacquard.tensor.backend.Backend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `jacquard generate`: draws pictures from nothing.
@Command(name = "generate", description = "Draw pictures with a model.")
final class GenerateCommand implements Callable<Integer> {

  @Mixin private final GlobalOptions options = new GlobalOptions();

  @Mixin private final DrawingOptions drawing = new DrawingOptions();

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "A model folder, or the name of a bundled model.")
  private String model = "";

  @Override
  public Integer call() throws IOException {
    drawing.check(options);
    Path folder = options.modelFolder(model);
    try (Backend backend = options.openBackend();
        ImageModel loaded = ModelFamilies.load(folder, backend)) {
      return drawing.draw(
          options, backend, DrawingOptions.nameOf(folder), loaded, loaded::generate);
    }
  }
}
