package dev.jacquard.models.llamagen;

import dev.jacquard.models.t5.T5TextEncoder;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Features of captions as LlamaGen's GPT reads them.
///
/// ```java
/// T5TextEncoder.Encoded captions = t5.encode(List.of("a red fish"), gpt.config().conditionTokens());
/// ByteTextEncoder.Encoded condition = CaptionFeatures.filledFromTheLeft(captions);
/// ```
public final class CaptionFeatures {
  private CaptionFeatures() {}

  /// Moves the rows that count to the end, next to the picture's first code, and clears the others,
  /// as the authors' `sample_t2i.py` does.
  ///
  /// @param captions rows from the first on
  /// @return `[B, K, E]` and which rows count
  public static ByteTextEncoder.Encoded filledFromTheLeft(T5TextEncoder.Encoded captions) {
    Tensor features = captions.features();
    int batch = features.shape().intDim(0);
    int tokens = features.shape().intDim(1);
    int width = features.shape().intDim(2);
    Backend backend = features.backend();
    float[] from = features.toFloats();
    float[] to = new float[from.length];
    List<boolean[]> visible = new ArrayList<>();
    for (int b = 0; b < batch; b++) {
      int length = captions.lengths().getInt(b);
      int first = tokens - length;
      int row = b * tokens * width;
      System.arraycopy(from, row, to, row + first * width, length * width);
      boolean[] counts = new boolean[tokens];
      Arrays.fill(counts, first, tokens, true);
      visible.add(counts);
    }
    return new ByteTextEncoder.Encoded(
        Tensor.of(backend, Shape.of(batch, tokens, width), to), new CaptionMask(visible));
  }
}
