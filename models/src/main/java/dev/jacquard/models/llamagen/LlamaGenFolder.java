package dev.jacquard.models.llamagen;

import dev.jacquard.models.ClassNames;
import dev.jacquard.models.ConfigFile;
import dev.jacquard.models.TokenizerReference;
import dev.jacquard.models.llamagen.LlamaGenConfig.Kind;
import dev.jacquard.tensor.io.CheckpointException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// What a model folder's `config.json` says.
///
/// @param system which network there is
/// @param gpt sizes of the GPT
/// @param classes what pictures can be drawn from, if not from captions
/// @param tokenizer turns codes into pictures
/// @param encoder sizes of the encoder of captions, if they are drawn from captions
public record LlamaGenFolder(
    LlamaGenSystem system,
    LlamaGenConfig gpt,
    ClassNames classes,
    TokenizerReference tokenizer,
    ByteTextEncoder.Sizes encoder) {
  /// Reads a model folder's configuration.
  ///
  /// @param folder with `config.json`
  /// @param system what it must be of
  /// @return what it says
  /// @throws IOException if the file is missing, malformed or of another system
  public static LlamaGenFolder read(Path folder, LlamaGenSystem system) throws IOException {
    Path path = folder.resolve("config.json");
    ConfigFile file = ConfigFile.read(path);
    if (!file.text("system").equals(system.name())) {
      throw new CheckpointException(
          "system is \"%s\"; need \"%s\"".formatted(file.text("system"), system.name()),
          path.toString());
    }
    LlamaGenConfig gpt = LlamaGenConfig.read(file);
    return new LlamaGenFolder(
        system,
        gpt,
        ClassNames.read(file, gpt.nClasses()),
        TokenizerReference.read(file, gpt.vocabSize(), gpt.side()),
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
    fields.put("system", system.name());
    fields.putAll(gpt.toFields());
    classes.write(fields);
    fields.put("tokenizer", tokenizer.toFields());
    if (gpt.kind() == Kind.CAPTION) {
      fields.put("text_encoder", encoder.toFields());
    }
    ConfigFile.write(folder.resolve("config.json"), fields);
  }
}
