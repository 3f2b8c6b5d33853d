package dev.jacquard.nn.optim;

import dev.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// A slow copy of the parameters, `avg = decay · avg + (1 - decay) · p`, which often generates
/// better than the parameters themselves.
///
/// Early steps use `min(decay, (1 + n) / (10 + n))` after `n` updates, so that the start is
/// forgotten quickly.
public final class ExponentialMovingAverage {
  private record Slot(String name, Tensor parameter, Tensor average) {}

  private final List<Slot> slots = new ArrayList<>();
  private final double decay;
  private long updates;

  /// Starts with a copy.
  ///
  /// @param parameters tensors by name
  /// @param decay share of the old average that an update keeps, in `[0, 1)`
  public ExponentialMovingAverage(Map<String, Tensor> parameters, double decay) {
    this.decay = decay;
    parameters.forEach(
        (name, p) -> slots.add(new Slot(name, p.detach(), Tensor.emptyLike(p).copyFrom(p))));
  }

  /// Takes the parameters of one more step in.
  public void update() {
    float keep = (float) Math.min(decay, (1.0 + updates) / (10.0 + updates));
    updates++;
    for (Slot slot : slots) {
      Tensor average = slot.average();
      average
          .backend()
          .elementwise()
          .weightedSum(average, keep, slot.parameter(), 1 - keep, average);
    }
  }

  /// The averages by name.
  ///
  /// @return the live tensors
  public SequencedMap<String, Tensor> averages() {
    SequencedMap<String, Tensor> averages = new LinkedHashMap<>();
    slots.forEach(slot -> averages.put(slot.name(), slot.average()));
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
