package dev.jacquard.models.registry;

import dev.jacquard.models.ConfigFile;
import dev.jacquard.models.ImageModel;
import dev.jacquard.models.ModelFamily;
import dev.jacquard.models.PictureModel;
import dev.jacquard.models.TokenizerModel;
import dev.jacquard.models.jpeglm.JpegLmFamily;
import dev.jacquard.models.llamagen.LlamaGenFamily;
import dev.jacquard.models.vq.VqFamily;
import dev.jacquard.models.vq.VqTokenizer;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/// The families that can be loaded and trained. A new family adds its line here.
public final class ModelFamilies {
  private static final List<ModelFamily> FAMILIES =
      List.of(new JpegLmFamily(), new VqFamily(), new LlamaGenFamily(ModelFamilies::loadTokenizer));

  private ModelFamilies() {}

  /// The family of a system.
  ///
  /// @param system name of the system
  /// @return its family
  /// @throws IllegalArgumentException if it cannot be loaded or trained yet; names those that can
  public static ModelFamily byName(String system) {
    return FAMILIES.stream()
        .filter(family -> family.system().equals(system))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(unknown(system)));
  }

  /// Loads a model that draws, of any family.
  ///
  /// @param folder with a `config.json` whose field `system` names the family
  /// @param backend who computes
  /// @return the model, closed by the caller
  /// @throws IOException if the folder is missing or malformed, of a system unknown here, or its
  ///   model does not draw
  public static ImageModel load(Path folder, Backend backend) throws IOException {
    return load(folder, backend, ImageModel.class, "draws no pictures");
  }

  /// Loads a tokenizer, of any family.
  ///
  /// @param folder with a `config.json` whose field `system` names the family, or a published file
  /// @param backend who computes
  /// @return the tokenizer, closed by the caller
  /// @throws IOException if the folder is missing or malformed, of a system unknown here, or its
  ///   model is no tokenizer
  public static TokenizerModel loadTokenizer(Path folder, Backend backend) throws IOException {
    return Files.isRegularFile(folder)
        ? VqTokenizer.load(folder, backend)
        : load(folder, backend, TokenizerModel.class, "is no tokenizer");
  }

  /// Loads a model folder of any family.
  ///
  /// @param folder with a `config.json` whose field `system` names the family, or that a family
  ///   knows as published
  /// @param backend who computes
  /// @return the model, closed by the caller
  /// @throws IOException if the folder is missing or malformed, or of a system unknown here
  public static PictureModel open(Path folder, Backend backend) throws IOException {
    Path config = folder.resolve("config.json");
    ConfigFile file = ConfigFile.read(config);
    for (ModelFamily family : FAMILIES) {
      if (family.recognizes(file)) {
        return family.load(folder, backend);
      }
    }
    throw new CheckpointException(unknown(file.text("system")), config.toString());
  }

  private static <M extends PictureModel> M load(
      Path folder, Backend backend, Class<M> kind, String otherwise) throws IOException {
    PictureModel model = open(folder, backend);
    if (kind.isInstance(model)) {
      return kind.cast(model);
    }
    model.close();
    throw new CheckpointException("this model " + otherwise, folder.toString());
  }

  private static String unknown(String system) {
    return "system \"%s\" is not one that can be loaded; have %s"
        .formatted(
            system, FAMILIES.stream().map(ModelFamily::system).collect(Collectors.joining(", ")));
  }
}
