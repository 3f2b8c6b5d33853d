package dev.jacquard.models.llamagen;

import dev.jacquard.nn.attention.AttentionContext;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.shape.Shape;
import java.util.List;

/// Which tokens of each caption count. The others fill it up from the left, and only they
/// themselves see them.
///
/// @param visible for each sequence, `K` truths; empty if all tokens of all captions count
public record CaptionMask(List<boolean[]> visible) {
  /// Every token counts.
  public static final CaptionMask NONE = new CaptionMask(List.of());

  /// Reads a mask.
  ///
  /// @param ones `[B, K]`, i32: 0 hides
  /// @return the mask
  public static CaptionMask of(Tensor ones) {
    int tokens = ones.shape().intDim(1);
    int[] flat = ones.toInts();
    boolean[][] visible = new boolean[ones.shape().intDim(0)][tokens];
    for (int i = 0; i < flat.length; i++) {
      visible[i / tokens][i % tokens] = flat[i] != 0;
    }
    return new CaptionMask(List.of(visible));
  }

  /// The mask of one sequence.
  ///
  /// @param sequence its number
  /// @return a mask for a batch of one
  public CaptionMask of(int sequence) {
    return visible.isEmpty() ? this : new CaptionMask(List.of(visible.get(sequence)));
  }

  /// The mask of a batch and, behind it, of its unconditional half, which is hidden alike.
  ///
  /// @return a mask of `2B` sequences
  public CaptionMask twice() {
    return new CaptionMask(
        java.util.stream.Stream.concat(visible.stream(), visible.stream()).toList());
  }

  /// Hides what does not count from the rows of a pass.
  ///
  /// @param context a causal context
  /// @return the context with a bias `[B, 1, T, S]`, or itself if every token counts
  public AttentionContext applyTo(AttentionContext context) {
    if (visible.isEmpty()) {
      return context;
    }
    int rows = context.mask().queries();
    int keys = context.mask().keys();
    Backend backend = context.rotary().cos().backend();
    float[] bias = new float[visible.size() * rows * keys];
    for (int b = 0; b < visible.size(); b++) {
      boolean[] counts = visible.get(b);
      for (int t = 0; t < rows; t++) {
        int row = (b * rows + t) * keys;
        for (int s = 0; s < counts.length; s++) {
          if (!counts[s] && s != keys - rows + t) {
            bias[row + s] = Float.NEGATIVE_INFINITY;
          }
        }
      }
    }
    return context.withBias(Tensor.of(backend, Shape.of(visible.size(), 1, rows, keys), bias));
  }
}
