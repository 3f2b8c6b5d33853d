package dev.jacquard.models.cli;

import dev.jacquard.models.TokenizerModel;
import dev.jacquard.models.data.ImageSet;
import dev.jacquard.models.data.ImageSets;
import dev.jacquard.models.data.Picture;
import dev.jacquard.models.registry.ModelFamilies;
import dev.jacquard.tensor.backend.Backend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/// Which tokenizer, and which pictures: the options of the commands that turn one into the other.
final class TokenizerOptions {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "A tokenizer's folder, a bundled one's name, or a published .pt file.")
  private String model = "";

  @Option(
      names = "--images",
      required = true,
      paramLabel = "PATH",
      description = "A folder of pictures, an IDX folder or a picture pack.")
  private Path images = Path.of("");

  ImageSet pictures() throws IOException {
    return ImageSets.open(images);
  }

  /// Loads the tokenizer: a folder, a published file, or a bundled one.
  TokenizerModel load(GlobalOptions options, Backend backend) throws IOException {
    return ModelFamilies.loadTokenizer(options.modelFolder(model), backend);
  }

  /// Some pictures in the tokenizer's size.
  static List<Picture> fitted(TokenizerModel tokenizer, ImageSet pictures, int from, int to)
      throws IOException {
    List<Picture> fitted = new ArrayList<>();
    for (int i = from; i < to; i++) {
      fitted.add(tokenizer.fit(pictures.image(i)));
    }
    return fitted;
  }
}
