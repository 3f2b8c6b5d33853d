package dev.jacquard.models.llamagen;

import dev.jacquard.models.sampling.LogitsProcessor;
import java.util.Arrays;

/// Leaves no choice about codes that are given, wherever in the order of drawing they come.
///
/// @param order places of the grid in the order of drawing
/// @param codes in raster order
/// @param count how many of `codes` are given, from the top
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record GivenCodes(int[] order, int[] codes, int count) implements LogitsProcessor {
  @Override
  public void process(int sequence, int[] tokens, int length, float[] logits) {
    int place = order[length];
    if (place < count) {
      Arrays.fill(logits, Float.NEGATIVE_INFINITY);
      logits[codes[place]] = 0;
    }
  }

  @Override
  public boolean isMask() {
    return true;
  }
}
