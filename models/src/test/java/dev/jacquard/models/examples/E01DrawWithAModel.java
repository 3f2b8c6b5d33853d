package dev.jacquard.models.examples;

import dev.jacquard.models.GeneratedImage;
import dev.jacquard.models.GenerationListener;
import dev.jacquard.models.ImageModel;
import dev.jacquard.models.decoding.PlainLoop;
import dev.jacquard.models.registry.ModelFamilies;
import dev.jacquard.models.sampling.SamplingOptions;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import java.nio.file.Files;
import java.nio.file.Path;

/// Draws one picture with the model of a folder and writes its file. The README of the project
/// quotes [#main].
final class E01DrawWithAModel {
  private E01DrawWithAModel() {}

  /// Runs the example.
  ///
  /// @param args the model folder, the file to write
  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]); // holds config.json and model.safetensors
    try (Backend backend = Backends.cpu();
        ImageModel model = ModelFamilies.load(folder, backend)) {
      SamplingOptions sampling = model.generationConfig().options(42); // 42 is the seed
      ImageModel.Request request = new ImageModel.Request(1, 1, sampling, new PlainLoop());
      GeneratedImage image = model.generate(request, GenerationListener.NONE).getFirst();
      Files.write(Path.of(args[1]), image.file()); // a .jpg that the model wrote byte by byte
      System.out.println(image.tokens() + " tokens, whole file: " + image.isComplete());
    }
  }
}
