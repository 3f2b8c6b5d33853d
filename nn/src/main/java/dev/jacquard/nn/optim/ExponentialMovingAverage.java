package dev.jacquard.nn.optim;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.memory.TensorScope;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// A slow copy of the parameters, `avg = decay · avg + (1 - decay) · p`, which often generates better than the parameters
/// themselves.
///
/// Early steps use `min(decay, (1 + n) / (10 + n))` after `n` updates, so that the start is forgotten quickly.
public final class ExponentialMovingAverage {
  private final SequencedMap<String, Tensor> averages = new LinkedHashMap<>();
  private final double decay;
  private long updates;

  /// Starts with a copy.
  ///
  /// @param parameters tensors by name
  /// @param decay share of the old average that an update keeps, in `[0, 1)`
  public ExponentialMovingAverage(Map<String, Tensor> parameters, double decay) {
    this.decay = decay;
    parameters.forEach((name, p) -> averages.put(name, Tensor.emptyLike(p).copyFrom(p)));
  }

  /// Takes the parameters of one more step in.
  ///
  /// @param parameters the same tensors by name
  public void update(Map<String, Tensor> parameters) {
    float keep = (float) Math.min(decay, (1.0 + updates) / (10.0 + updates));
    updates++;
    TensorScope.run(
        "average",
        () ->
            averages.forEach(
                (name, average) -> {
                  Tensor p = parameters.get(name).detach();
                  average.copyFrom(average.scale(keep).add(p.scale(1 - keep)));
                }));
  }

  /// The averages by name.
  ///
  /// @return the live tensors
  public SequencedMap<String, Tensor> averages() {
    return averages;
  }

  /// Number of updates so far.
  ///
  /// @return 0 at the start
  public long updates() {
    return updates;
  }

  /// Continues a saved run; the averages are restored through [#averages()].
  ///
  /// @param updatesTaken number of updates before
  public void resumeAt(long updatesTaken) {
    updates = updatesTaken;
  }
}
