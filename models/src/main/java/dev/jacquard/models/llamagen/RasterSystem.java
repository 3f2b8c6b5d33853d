package dev.jacquard.models.llamagen;

import dev.jacquard.nn.Parameters;
import java.util.List;

/// LlamaGen itself, which draws code by code.
public record RasterSystem() implements LlamaGenSystem {
  @Override
  public String name() {
    return "llamagen";
  }

  @Override
  public CodePredictor network(LlamaGenConfig config, Parameters p) {
    return new LlamaGenModel(config, p);
  }

  @Override
  public List<String> loops() {
    return List.of("plain", "forced", "ngram", "draft", "jacobi", "sjd", "gsd", "lantern");
  }
}
