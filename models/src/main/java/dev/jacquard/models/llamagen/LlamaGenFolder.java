package dev.jacquard.models.llamagen;

import dev.jacquard.models.ConfigFile;
import dev.jacquard.models.llamagen.LlamaGenConfig.Kind;
import dev.jacquard.tensor.io.CheckpointException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// What a model folder's `config.json` says.
///
/// @param gpt sizes of the GPT
/// @param classes names of the classes, if pictures are drawn from classes; empty if they have none
/// @param tokenizer turns codes into pictures
/// @param encoder sizes of the encoder of captions, if they are drawn from captions
public record LlamaGenFolder(
    LlamaGenConfig gpt,
    List<String> classes,
    TokenizerReference tokenizer,
    ByteTextEncoder.Sizes encoder) {
  /// Name of the system in `config.json`.
  public static final String SYSTEM = "llamagen";

  /// Copies the names.
  public LlamaGenFolder {
    classes = List.copyOf(classes);
  }

  /// Reads a model folder's configuration.
  ///
  /// @param folder with `config.json`
  /// @return what it says
  /// @throws IOException if the file is missing, malformed or of another system
  public static LlamaGenFolder read(Path folder) throws IOException {
    Path path = folder.resolve("config.json");
    ConfigFile file = ConfigFile.read(path);
    if (!file.text("system").equals(SYSTEM)) {
      throw new CheckpointException(
          "system is \"%s\"; need \"%s\"".formatted(file.text("system"), SYSTEM), path.toString());
    }
    LlamaGenConfig gpt = LlamaGenConfig.read(file);
    return new LlamaGenFolder(
        gpt,
        file.has("classes")
            ? file.texts("classes").stream().map(name -> Objects.toString(name, "")).toList()
            : List.of(),
        TokenizerReference.read(file, gpt),
        gpt.kind() == Kind.CAPTION
            ? ByteTextEncoder.Sizes.read(file.object("text_encoder"))
            : ByteTextEncoder.Sizes.NONE);
  }

  /// Writes the configuration of a model folder.
  ///
  /// @param folder an existing folder
  /// @throws IOException if writing fails
  public void write(Path folder) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("system", SYSTEM);
    fields.putAll(gpt.toFields());
    if (!classes.isEmpty()) {
      fields.put("classes", classes);
    }
    fields.put("tokenizer", tokenizer.toFields());
    if (gpt.kind() == Kind.CAPTION) {
      fields.put("text_encoder", encoder.toFields());
    }
    ConfigFile.write(folder.resolve("config.json"), fields);
  }
}
