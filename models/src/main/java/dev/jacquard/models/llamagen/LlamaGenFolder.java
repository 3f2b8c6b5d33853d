package dev.jacquard.models.llamagen;

import dev.jacquard.models.ClassNames;
import dev.jacquard.models.ConfigFile;
import dev.jacquard.models.TokenizerReference;
import dev.jacquard.models.llamagen.LlamaGenConfig.Kind;
import dev.jacquard.tensor.io.CheckpointException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a model folder's `config.json` says.
///
/// @param system which network there is
/// @param gpt sizes of the GPT
/// @param classes what pictures can be drawn from, if not from captions
/// @param tokenizer turns codes into pictures
/// @param encoder sizes of the encoder of captions that was trained with the GPT, if there is one
/// @param t5 path of a published T5 that reads captions instead, relative to the folder; empty if
///   there is none
public record LlamaGenFolder(
    LlamaGenSystem system,
    LlamaGenConfig gpt,
    ClassNames classes,
    TokenizerReference tokenizer,
    ByteTextEncoder.Sizes encoder,
    String t5) {
  private static final String TEXT_ENCODER = "text_encoder";

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
    ByteTextEncoder.Sizes encoder = ByteTextEncoder.Sizes.NONE;
    String t5 = "";
    if (gpt.kind() == Kind.CAPTION) {
      ConfigFile object = file.object(TEXT_ENCODER);
      if (object.has("folder")) {
        t5 = object.text("folder");
      } else {
        encoder = ByteTextEncoder.Sizes.read(object);
      }
    }
    return new LlamaGenFolder(
        system.read(file),
        gpt,
        ClassNames.read(file, gpt.nClasses()),
        TokenizerReference.read(file, gpt.vocabSize(), gpt.side()),
        encoder,
        t5);
  }

  /// What goes with a published file: its authors' tokenizer, and for captions FLAN-T5 XL.
  ///
  /// @param gpt sizes of the file's GPT
  /// @return paths are those of files and folders beside it
  public static LlamaGenFolder published(LlamaGenConfig gpt) {
    boolean hasClasses = gpt.kind() == Kind.CLASS;
    String tokenizer = "vq_ds16_" + gpt.kind().modelType() + ".pt";
    return new LlamaGenFolder(
        new RasterSystem(),
        gpt,
        new ClassNames(List.of(), gpt.nClasses()),
        new TokenizerReference(tokenizer, gpt.vocabSize(), gpt.side(), ""),
        ByteTextEncoder.Sizes.NONE,
        hasClasses ? "" : "flan-t5-xl");
  }

  /// Writes the configuration of a model folder.
  ///
  /// @param folder an existing folder
  /// @throws IOException if writing fails
  public void write(Path folder) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("system", system.name());
    fields.putAll(gpt.toFields());
    system.write(fields);
    classes.write(fields);
    fields.put("tokenizer", tokenizer.toFields());
    if (gpt.kind() == Kind.CAPTION) {
      fields.put(TEXT_ENCODER, t5.isEmpty() ? encoder.toFields() : Map.of("folder", t5));
    }
    ConfigFile.write(folder.resolve("config.json"), fields);
  }
}
