package dev.jacquard.tensor.io.gguf;

import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.CheckpointFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// The files of llama.cpp.
public final class GgufFormat implements CheckpointFormat {
  /// Creates the format.
  public GgufFormat() {}

  @Override
  public String name() {
    return "GGUF";
  }

  @Override
  public List<String> suffixes() {
    return List.of(".gguf");
  }

  @Override
  public boolean recognizes(byte[] head, long sizeBytes) {
    return head.length > 4 && head[0] == 'G' && head[1] == 'G' && head[2] == 'U' && head[3] == 'F';
  }

  @Override
  public Checkpoint open(Path file) throws IOException {
    return GgufFile.open(file);
  }
}
