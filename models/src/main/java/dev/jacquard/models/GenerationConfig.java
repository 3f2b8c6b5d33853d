package dev.jacquard.models;

import dev.jacquard.models.sampling.Guidance;
import dev.jacquard.models.sampling.SamplingOptions;
import dev.jacquard.tensor.io.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// A `generation_config.json`, Hugging Face's file for how a model is meant to be sampled:
/// `do_sample`, `temperature`, `top_k`, `top_p` and `guidance_scale`; other fields are passed over.
///
/// @param temperature divisor of the logits; 0 is greedy
/// @param topK number of likeliest tokens to keep; 0 keeps all
/// @param topP share of the probability to keep, in `(0, 1]`
/// @param guidanceScale how far to go from what has no condition; 1 for not at all
public record GenerationConfig(double temperature, int topK, double topP, double guidanceScale) {
  /// The model's own distribution: temperature 1, no filters.
  public static final GenerationConfig PLAIN = new GenerationConfig(1, 0, 1);

  private static final String FILE = "generation_config.json";
  private static final String GUIDANCE = "guidance_scale";

  /// Without guidance.
  ///
  /// @param temperature divisor of the logits; 0 is greedy
  /// @param topK number of likeliest tokens to keep; 0 keeps all
  /// @param topP share of the probability to keep, in `(0, 1]`
  public GenerationConfig(double temperature, int topK, double topP) {
    this(temperature, topK, topP, 1);
  }

  /// Reads a model folder's file.
  ///
  /// @param folder the model
  /// @return what it says; [#PLAIN] if there is no file
  /// @throws IOException if it is malformed or a number is out of range
  public static GenerationConfig read(Path folder) throws IOException {
    return read(folder, PLAIN);
  }

  /// Reads a model folder's file.
  ///
  /// @param folder the model
  /// @param usual what holds where there is no file, or it does not say
  /// @return what it says
  /// @throws IOException if it is malformed or a number is out of range
  public static GenerationConfig read(Path folder, GenerationConfig usual) throws IOException {
    Path path = folder.resolve(FILE);
    if (!Files.exists(path)) {
      return usual;
    }
    ConfigFile file = ConfigFile.read(path);
    boolean sampled = file.flag("do_sample", true);
    double temperature =
        file.has("temperature") ? file.doubleValue("temperature") : usual.temperature;
    GenerationConfig config =
        new GenerationConfig(
            sampled ? temperature : 0,
            file.has("top_k") ? file.intValue("top_k") : usual.topK,
            file.has("top_p") ? file.doubleValue("top_p") : usual.topP,
            file.has(GUIDANCE) ? file.doubleValue(GUIDANCE) : usual.guidanceScale);
    try {
      config.options(0);
      new Guidance(config.guidanceScale);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(String.valueOf(e.getMessage()), path.toString());
    }
    return config;
  }

  /// Writes a model folder's file.
  ///
  /// @param folder an existing folder
  /// @throws IOException if writing fails
  public void write(Path folder) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("do_sample", temperature > 0);
    fields.put("temperature", temperature);
    fields.put("top_k", topK);
    fields.put("top_p", topP);
    if (guidanceScale != 1) {
      fields.put(GUIDANCE, guidanceScale);
    }
    ConfigFile.write(folder.resolve(FILE), fields);
  }

  /// The options of one run.
  ///
  /// @param seed number that fixes everything random
  /// @return temperature, top-k, top-p and the seed
  public SamplingOptions options(long seed) {
    return new SamplingOptions(temperature, topK, topP, seed);
  }
}
