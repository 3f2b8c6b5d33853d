package dev.jacquard.models.cli;

import dev.jacquard.models.ImageModel;
import dev.jacquard.models.data.Picture;
import dev.jacquard.models.data.PictureFiles;
import dev.jacquard.models.registry.ModelFamilies;
import dev.jacquard.tensor.backend.Backend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `jacquard complete`: continues a partial picture.
@Command(name = "complete", description = "Continue a picture of which the top is given.")
final class CompleteCommand implements Callable<Integer> {

  @Mixin private final GlobalOptions options = new GlobalOptions();

  @Mixin private final DrawingOptions drawing = new DrawingOptions();

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "A model folder, or the name of a bundled model.")
  private String model = "";

  @Option(names = "--image", required = true, paramLabel = "FILE", description = "The picture.")
  private Path image = Path.of("");

  @Option(
      names = "--keep",
      required = true,
      paramLabel = "R",
      description = "Share that is given, from the top, 0 to 1.")
  private double keep;

  @Override
  public Integer call() throws IOException {
    drawing.check(options);
    if (!(keep >= 0 && keep <= 1)) {
      throw options.usage("--keep is out of range; " + keep + "; need 0 to 1");
    }
    Path folder = options.modelFolder(model);
    Picture picture = PictureFiles.read(image);
    try (Backend backend = options.openBackend();
        ImageModel loaded = ModelFamilies.load(folder, backend)) {
      return drawing.draw(
          options,
          backend,
          "completed",
          loaded,
          (request, listener) -> loaded.complete(picture, keep, request, listener));
    }
  }
}
