package dev.jacquard.models.llamagen;

import dev.jacquard.models.t5.T5TextEncoder;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.CheckpointException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Captions as a published T5 reads them.
///
/// @param t5 the encoder, closed with this
/// @param tokens of a caption, `K`
public record T5Captions(T5TextEncoder t5, int tokens) implements CaptionEncoder {
  /// Opens the encoder of a GPT.
  ///
  /// @param folder of a published T5
  /// @param gpt sizes of what reads its features
  /// @param backend who computes
  /// @return the encoder, closed by the caller
  /// @throws IOException if a file is missing or malformed, or the features have another width than
  ///   the GPT reads; names both
  public static T5Captions open(Path folder, LlamaGenConfig gpt, Backend backend)
      throws IOException {
    T5TextEncoder t5 = T5TextEncoder.open(folder, backend);
    int width = t5.encoder().config().dim();
    if (width != gpt.captionDim()) {
      t5.close();
      throw new CheckpointException(
          "text encoder makes features of %d numbers, GPT reads %d"
              .formatted(width, gpt.captionDim()),
          folder.toString());
    }
    return new T5Captions(t5, gpt.conditionTokens());
  }

  @Override
  public ByteTextEncoder.Encoded encode(List<String> captions) {
    return CaptionFeatures.filledFromTheLeft(t5.encode(captions, tokens));
  }

  @Override
  public void close() {
    t5.close();
  }
}
