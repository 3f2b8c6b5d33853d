package dev.jacquard.models.var;

import dev.jacquard.models.ClassNames;
import dev.jacquard.models.ConfigFile;
import dev.jacquard.models.TokenizerReference;
import dev.jacquard.tensor.io.CheckpointException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// What a model folder's `config.json` says.
///
/// @param config sizes of the transformer
/// @param classes what pictures can be drawn from
/// @param tokenizer turns maps of tokens into pictures
public record VarFolder(VarConfig config, ClassNames classes, TokenizerReference tokenizer) {
  /// Name of the system in `config.json`.
  public static final String SYSTEM = "var";

  private static final String CODES = "vocab_size";
  private static final String LATENT_DIM = "code_dim";

  /// Reads a model folder's configuration.
  ///
  /// @param folder with `config.json`
  /// @return what it says
  /// @throws IOException if the file is missing, malformed or of another system
  public static VarFolder read(Path folder) throws IOException {
    Path path = folder.resolve("config.json");
    ConfigFile file = ConfigFile.read(path);
    if (!file.text("system").equals(SYSTEM)) {
      throw new CheckpointException(
          "system is \"%s\"; need \"%s\"".formatted(file.text("system"), SYSTEM), path.toString());
    }
    VarConfig config = VarConfig.read(file, file.intValue(CODES), file.intValue(LATENT_DIM));
    return new VarFolder(
        config,
        ClassNames.read(file, config.nClasses()),
        TokenizerReference.read(file, config.vocabSize(), config.sides().getLast()));
  }

  /// Writes the configuration of a model folder.
  ///
  /// @param folder an existing folder
  /// @throws IOException if writing fails
  public void write(Path folder) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("system", SYSTEM);
    fields.putAll(config.fields());
    fields.put(CODES, config.vocabSize());
    fields.put(LATENT_DIM, config.latentDim());
    classes.write(fields);
    fields.put("tokenizer", tokenizer.toFields());
    ConfigFile.write(folder.resolve("config.json"), fields);
  }
}
