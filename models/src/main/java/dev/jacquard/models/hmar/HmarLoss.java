package dev.jacquard.models.hmar;

import dev.jacquard.models.var.ScalePlan;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.op.CrossEntropyOp;
import dev.jacquard.tensor.op.ReshapeOp;
import dev.jacquard.tensor.shape.Shape;
import java.util.Arrays;

/// The losses of HMAR's two stages of training.
///
/// Kumbong et al. 2025 (arXiv:2506.04421), section 3.2.
public final class HmarLoss {
  private HmarLoss() {}

  /// How much each map counts in the first stage: a normal density of the ratio of sides, the list
  /// taken backwards, so that maps of middle size count most.
  ///
  /// @param sides rows and columns of each map
  /// @return a number for each, which add up to 1
  public static double[] weights(int... sides) {
    int count = sides.length;
    double mean = 0;
    for (int side : sides) {
      mean += (double) side / sides[count - 1] / count;
    }
    double squares = 0;
    for (int side : sides) {
      squares += Math.pow((double) side / sides[count - 1] - mean, 2);
    }
    double deviation = Math.sqrt(squares / Math.max(1, count - 1)); // of a sample
    double[] weights = new double[count];
    double total = 0;
    for (int k = 0; k < count; k++) {
      double x = ((double) sides[count - 1 - k] / sides[count - 1] - mean) / deviation;
      weights[k] = count == 1 ? 1 : Math.exp(-x * x / 2);
      total += weights[k];
    }
    for (int k = 0; k < count; k++) {
      weights[k] /= total;
    }
    return weights;
  }

  /// The weighted loss of the first stage: the mean over pictures of the tokens' cross-entropies,
  /// each map with its weight.
  ///
  /// @param logits `[B, L, V]`
  /// @param ids `[B, L]`, i32
  /// @param plan the maps, square
  /// @return scalar `[]`
  public static Tensor weighted(Tensor logits, Tensor ids, ScalePlan plan) {
    double[] weights = weights(plan.sizes().stream().mapToInt(ScalePlan.Size::rows).toArray());
    float[] each = new float[plan.total()];
    for (int k = 0; k < plan.count(); k++) {
      for (int t = plan.begin(k); t < plan.begin(k + 1); t++) {
        each[t] = (float) (weights[k] / plan.cells(k));
      }
    }
    Tensor losses =
        ReshapeOp.apply(CrossEntropyOp.rows(logits, ids), ids.shape().toArray()); // [B, L]
    Tensor weight = Tensor.of(logits.backend(), Shape.of(1, plan.total()), each);
    return losses.mul(weight).sum().scale(1f / ids.shape().dim(0));
  }

  /// The labels of the second stage: the tokens that are masked.
  ///
  /// @param ids `[B, L]`, i32
  /// @param masked places from the first token of map 1 on
  /// @param plan the maps
  /// @return `[B, L]`, i32, [CrossEntropyOp#IGNORE] elsewhere
  public static Tensor maskedLabels(Tensor ids, int[] masked, ScalePlan plan) {
    int[] all = ids.toInts();
    int[] labels = new int[all.length];
    Arrays.fill(labels, CrossEntropyOp.IGNORE);
    for (int at = 0; at < all.length; at += plan.total()) {
      for (int place : masked) {
        labels[at + plan.cells(0) + place] = all[at + plan.cells(0) + place];
      }
    }
    return Tensor.ofInts(ids.backend(), ids.shape(), labels);
  }
}
