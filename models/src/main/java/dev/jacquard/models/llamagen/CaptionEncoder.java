package dev.jacquard.models.llamagen;

import java.util.List;

/// Captions to features that a GPT reads.
public interface CaptionEncoder extends AutoCloseable {
  /// Reads captions.
  ///
  /// @param captions any texts
  /// @return `[B, K, E]` and which rows count, in the current scope
  ByteTextEncoder.Encoded encode(List<String> captions);

  @Override
  void close();
}
