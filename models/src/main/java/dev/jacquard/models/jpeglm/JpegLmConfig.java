package dev.jacquard.models.jpeglm;

import dev.jacquard.models.ConfigFile;
import dev.jacquard.models.LlamaConfigJson;
import dev.jacquard.nn.block.LlamaConfig;
import dev.jacquard.tensor.io.CheckpointException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// What a JPEG-LM is: a Llama over the streams of one format. Stored as `config.json`.
///
/// @param llama sizes of the model
/// @param format of the streams
public record JpegLmConfig(LlamaConfig llama, StreamFormat format) {
  /// Name of the system in `config.json`.
  public static final String SYSTEM = "jpeg-lm";

  private static final int PAPER_CONTEXT = 12288; // tokens, if the file does not say

  /// Whether a folder has the form in which the paper's weights were released: a Llama of Hugging
  /// Face's form that says nothing of us. Its streams are those of the paper.
  ///
  /// @param folder with `config.json`
  /// @return true if it names no system and its model type is `llama`
  /// @throws IOException if the file is missing or malformed
  public static boolean isReleased(Path folder) throws IOException {
    return isReleased(ConfigFile.read(folder.resolve("config.json")));
  }

  static boolean isReleased(ConfigFile file) throws IOException {
    return !file.has("system") && file.has("model_type") && file.text("model_type").equals("llama");
  }

  /// Reads a model folder's configuration.
  ///
  /// @param folder with `config.json`
  /// @return the configuration
  /// @throws IOException if the file is missing, malformed or of another system
  public static JpegLmConfig read(Path folder) throws IOException {
    Path path = folder.resolve("config.json");
    ConfigFile file = ConfigFile.read(path);
    if (isReleased(file)) {
      return new JpegLmConfig(LlamaConfigJson.read(file, PAPER_CONTEXT), StreamFormat.PAPER);
    }
    if (!file.text("system").equals(SYSTEM)) {
      throw new CheckpointException(
          "system is \"%s\"; need \"%s\"".formatted(file.text("system"), SYSTEM), path.toString());
    }
    try {
      StreamFormat format = StreamFormat.fromFields(file.object("stream").fields());
      return new JpegLmConfig(LlamaConfigJson.read(file, PAPER_CONTEXT), format);
    } catch (IllegalArgumentException | dev.jacquard.tensor.shape.ShapeException e) {
      throw new CheckpointException(String.valueOf(e.getMessage()), path.toString());
    }
  }

  /// Writes the configuration of a model folder.
  ///
  /// @param folder an existing folder
  /// @throws IOException if writing fails
  public void write(Path folder) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("system", SYSTEM);
    fields.put("model_type", "llama");
    fields.putAll(LlamaConfigJson.toFields(llama));
    fields.put("stream", format.toFields());
    ConfigFile.write(folder.resolve("config.json"), fields);
  }
}
