package dev.jacquard.models.cli;

import dev.jacquard.models.GeneratedImage;
import dev.jacquard.models.GenerationListener;
import dev.jacquard.models.ImageModel;
import dev.jacquard.models.MaskEditor;
import dev.jacquard.models.data.ImageTransform;
import dev.jacquard.models.data.Picture;
import dev.jacquard.models.data.PictureFiles;
import dev.jacquard.models.registry.ModelFamilies;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.CheckpointException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `jacquard edit`: redraws a part of a picture, without training.
@Command(
    name = "edit",
    description = "Redraw the part of a picture that a mask shows, and keep the rest.")
final class EditCommand implements Callable<Integer> {

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
      names = "--mask",
      required = true,
      paramLabel = "FILE",
      description = "A picture of the same size; white is redrawn, black is kept.")
  private Path mask = Path.of("");

  @Option(names = "--invert", description = "Redraw black and keep white.")
  private boolean invert;

  @Override
  public Integer call() throws IOException {
    drawing.check(options);
    Path folder = options.modelFolder(model);
    Picture picture = PictureFiles.read(image);
    Picture shown = PictureFiles.read(mask);
    Picture redrawn = invert ? inverted(shown) : shown;
    try (Backend backend = options.openBackend();
        ImageModel loaded = ModelFamilies.load(folder, backend)) {
      if (!(loaded instanceof MaskEditor editor)) {
        throw new CheckpointException("this model cannot edit by a mask", folder.toString());
      }
      return drawing.draw(
          options, backend, "edited", loaded, new Editing(editor, picture, redrawn));
    }
  }

  private static Picture inverted(Picture picture) {
    byte[] samples = picture.samples().clone();
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) ~samples[i];
    }
    return new Picture(picture.width(), picture.height(), picture.channels(), samples);
  }

  /// On the sheet: what the model sees of the picture, the mask, the results.
  private record Editing(MaskEditor model, Picture picture, Picture mask)
      implements DrawingOptions.Drawing {
    @Override
    public List<GeneratedImage> draw(ImageModel.Request request, GenerationListener listener) {
      return model.edit(picture, mask, request, listener);
    }

    @Override
    public List<Picture> shownBefore() {
      Picture seen = model.fit(picture);
      return List.of(
          seen, ImageTransform.fit(seen.width(), seen.height(), seen.channels()).apply(mask));
    }
  }
}
