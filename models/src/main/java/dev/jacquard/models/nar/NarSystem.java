package dev.jacquard.models.nar;

import dev.jacquard.models.llamagen.CodePredictor;
import dev.jacquard.models.llamagen.LlamaGenConfig;
import dev.jacquard.models.llamagen.LlamaGenSystem;
import dev.jacquard.nn.Parameters;
import java.util.List;

/// NAR as a variant of LlamaGen: `train nar`, `generate --loop nar`.
public record NarSystem() implements LlamaGenSystem {
  private static final int FURTHER_BLOCKS = 1;

  @Override
  public String name() {
    return "nar";
  }

  @Override
  public CodePredictor network(LlamaGenConfig config, Parameters p) {
    return new NarModel(config, FURTHER_BLOCKS, p);
  }

  @Override
  public List<String> loops() {
    return List.of("nar");
  }
}
