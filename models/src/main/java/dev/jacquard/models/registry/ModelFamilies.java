package dev.jacquard.models.registry;

import dev.jacquard.models.ConfigFile;
import dev.jacquard.models.ImageModel;
import dev.jacquard.models.ModelFamily;
import dev.jacquard.models.PictureModel;
import dev.jacquard.models.TokenizerModel;
import dev.jacquard.models.jpeglm.JpegLmFamily;
import dev.jacquard.models.llamagen.LlamaGenFamily;
import dev.jacquard.models.nar.NarSystem;
import dev.jacquard.models.tokenshuffle.TokenShuffleSystem;
import dev.jacquard.models.var.VarFamily;
import dev.jacquard.models.var.VarTokenizerFamily;
import dev.jacquard.models.vq.VqFamily;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.Checkpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/// The families that can be loaded and trained. A new family adds its line here.
public final class ModelFamilies {
  private static final List<ModelFamily> FAMILIES =
      List.of(
          new JpegLmFamily(),
          new VqFamily(),
          new VarTokenizerFamily(),
          new VarFamily(),
          new LlamaGenFamily(ModelFamilies::loadTokenizer),
          new LlamaGenFamily(new NarSystem(), ModelFamilies::loadTokenizer),
          new LlamaGenFamily(new TokenShuffleSystem(), ModelFamilies::loadTokenizer));

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
  /// @param path a folder with a `config.json` whose field `system` names the family, or a
  ///   published file
  /// @param backend who computes
  /// @return the tokenizer, closed by the caller
  /// @throws IOException if the folder is missing or malformed, of a system unknown here, or its
  ///   model is no tokenizer
  public static TokenizerModel loadTokenizer(Path path, Backend backend) throws IOException {
    return load(path, backend, TokenizerModel.class, "is no tokenizer");
  }

  /// Loads a model of any family.
  ///
  /// @param path a folder with a `config.json` whose field `system` names the family, or that a
  ///   family knows as published; or a published file
  /// @param backend who computes
  /// @return the model, closed by the caller
  /// @throws IOException if it is missing or malformed, or of a system unknown here
  public static PictureModel open(Path path, Backend backend) throws IOException {
    if (Files.isRegularFile(path)) {
      return ofFile(path).load(path, backend);
    }
    Path config = path.resolve("config.json");
    ConfigFile file = ConfigFile.read(config);
    for (ModelFamily family : FAMILIES) {
      if (family.recognizes(file)) {
        return family.load(path, backend);
      }
    }
    throw new CheckpointException(unknown(file.text("system")), config.toString());
  }

  private static ModelFamily ofFile(Path path) throws IOException {
    try (Checkpoint file = Checkpoints.open(path)) {
      for (ModelFamily family : FAMILIES) {
        if (family.recognizes(file)) {
          return family;
        }
      }
      throw new CheckpointException(
          "no published model that is known here; file has %d tensors"
              .formatted(file.entries().size()),
          path.toString());
    }
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
