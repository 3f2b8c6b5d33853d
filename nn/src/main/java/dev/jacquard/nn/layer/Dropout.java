package dev.jacquard.nn.layer;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.random.RandomStream;
import java.lang.foreign.MemorySegment;

/// Sets numbers to 0 while training, each with probability `p`, and scales the others so that the
/// mean stays: `y = x · m / (1 - p)`.
///
/// Srivastava et al. 2014. It has no state: equal streams drop equal places, so that a resumed run
/// repeats what an unbroken one does. Use another [#at] for each place in a network.
///
/// @param probability `p`, in `[0, 1)`; 0 leaves everything as it is
/// @param random chooses what is dropped
public record Dropout(double probability, RandomStream random) {
  /// Drops nothing.
  public static final Dropout NONE = new Dropout(0, RandomStream.of(0));

  /// Checks the probability.
  ///
  /// @throws IllegalArgumentException if it is out of range
  public Dropout {
    if (!(probability >= 0 && probability < 1)) {
      throw new IllegalArgumentException(
          "dropout: probability out of range; " + probability + "; need at least 0, below 1");
    }
  }

  /// Another choice for another place.
  ///
  /// @param place any number; equal numbers give equal choices
  /// @return a dropout of the same probability
  public Dropout at(long place) {
    return probability == 0 ? this : new Dropout(probability, random.split(place));
  }

  /// Drops some numbers.
  ///
  /// @param x any shape, f32
  /// @return the same shape; `x` itself if the probability is 0
  public Tensor apply(Tensor x) {
    if (probability == 0) {
      return x;
    }
    int count = Math.toIntExact(x.shape().numel());
    float[] mask = new float[count];
    random.fillUniform(MemorySegment.ofArray(mask), 0);
    float kept = (float) (1 / (1 - probability));
    for (int i = 0; i < count; i++) {
      mask[i] = mask[i] < probability ? 0 : kept;
    }
    return x.mul(Tensor.of(x.backend(), x.shape(), mask));
  }
}
