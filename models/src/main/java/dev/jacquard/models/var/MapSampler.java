package dev.jacquard.models.var;

import dev.jacquard.models.sampling.LogitsProcessor;
import dev.jacquard.models.sampling.Sampler;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.Shape;
import java.util.Arrays;
import java.util.List;

/// Draws the tokens of one map, each for itself, from guided logits.
///
/// @param processors applied to the logits of each token, in this order
/// @param sampler chooses the token
/// @param randoms one stream for each picture, addressed by the token's place among all maps
public record MapSampler(
    List<LogitsProcessor> processors, Sampler sampler, List<RandomStream> randoms) {

  /// What was drawn.
  ///
  /// @param ids `[B][n]`
  /// @param logits `[B][n][V]`, after the processors
  @SuppressWarnings("ArrayRecordComponent") // a pair, never compared
  public record Drawn(int[][] ids, float[][][] logits) {
    /// The tokens.
    ///
    /// @param like whose backend to use
    /// @return `[B, n]`, i32
    public Tensor tensor(Tensor like) {
      int[] flat = Arrays.stream(ids).flatMapToInt(Arrays::stream).toArray();
      return Tensor.ofInts(like.backend(), Shape.of(ids.length, ids[0].length), flat);
    }
  }

  /// Draws.
  ///
  /// @param logits `[B, n, V]`, guided
  /// @param begin tokens of all maps before
  /// @return tokens and what they were drawn from
  public Drawn draw(Tensor logits, int begin) {
    int batch = logits.shape().intDim(0);
    int cells = logits.shape().intDim(1);
    int width = logits.shape().intDim(2);
    float[] flat = logits.toFloats();
    int[][] ids = new int[batch][cells];
    float[][][] rows = new float[batch][cells][];
    for (int b = 0; b < batch; b++) {
      for (int i = 0; i < cells; i++) {
        int at = (b * cells + i) * width;
        float[] row = Arrays.copyOfRange(flat, at, at + width);
        for (LogitsProcessor processor : processors) {
          processor.process(b, ids[b], i, row);
        }
        ids[b][i] = sampler.sample(row, randoms.get(b), begin + i);
        rows[b][i] = row;
      }
    }
    return new Drawn(ids, rows);
  }
}
