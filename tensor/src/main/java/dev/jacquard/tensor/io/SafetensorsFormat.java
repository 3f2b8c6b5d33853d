package dev.jacquard.tensor.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// The files of Hugging Face's safetensors library.
public final class SafetensorsFormat implements CheckpointFormat {
  /// Creates the format.
  public SafetensorsFormat() {}

  @Override
  public String name() {
    return "safetensors";
  }

  @Override
  public List<String> suffixes() {
    return List.of(".safetensors");
  }

  /// Says whether the ninth byte opens a JSON object, and the length before it leaves the file
  /// room.
  @Override
  public boolean recognizes(byte[] head, long sizeBytes) {
    int before = SafetensorsHeader.LENGTH_BYTES;
    if (head.length <= before || head[before] != '{') {
      return false;
    }
    long length = 0;
    for (int i = before - 1; i >= 0; i--) {
      length = length << 8 | (head[i] & 0xff);
    }
    return length >= 2 && length <= sizeBytes - before;
  }

  @Override
  public Checkpoint open(Path file) throws IOException {
    return SafetensorsReader.open(file);
  }
}
