package dev.jacquard.nn.loss;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.op.CrossEntropyOp;
import dev.jacquard.tensor.op.LogSoftmaxOp;
import dev.jacquard.tensor.op.SumOp;
import dev.jacquard.tensor.op.VarianceOp;
import dev.jacquard.tensor.op.WhereOp;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.Shapes;

/// Cross-entropy with smoothed labels, `-Σ q log softmax(x)` where `q` gives the label `1 - ε +
/// ε/V` and every other class `ε/V`, in nats.
///
/// Szegedy et al. 2016 (arXiv:1512.00567), section 7.
public final class CrossEntropy {
  private CrossEntropy() {}

  /// Loss of labels.
  ///
  /// @param logits `[..., V]`, f32
  /// @param labels `[...]`, i32, each in `[0, V)` or [CrossEntropyOp#IGNORE]
  /// @param smoothing `ε`, in `[0, 1]`
  /// @param reduction what becomes of the rows; ignored rows count 0, and not for the mean
  /// @return `[...]` or a scalar `[]`
  /// @throws dev.jacquard.tensor.shape.ShapeException if the shapes do not fit or a label is out of
  ///   range
  public static Tensor apply(Tensor logits, Tensor labels, float smoothing, Reduction reduction) {
    Tensor losses = CrossEntropyOp.rows(logits, labels); // [...]
    float[] counts = counts(labels);
    if (smoothing != 0) {
      Tensor uniform = VarianceOp.mean(LogSoftmaxOp.apply(logits, -1), -1); // [..., 1]
      Tensor mask = Tensor.of(labels.backend(), labels.shape(), counts);
      Tensor zero = Tensor.zeros(labels.backend(), Shape.of());
      Tensor spread = WhereOp.apply(mask, uniform.reshape(labels.shape().toArray()), zero); // [...]
      losses = losses.scale(1 - smoothing).sub(spread.scale(smoothing));
    }
    return switch (reduction) {
      case NONE -> losses;
      case SUM -> losses.sum();
      case MEAN -> losses.sum().scale(1 / Math.max(1, total(counts)));
    };
  }

  /// Loss of probabilities instead of labels: `-Σ q log softmax(x)`, the mean over the rows.
  ///
  /// @param logits `[..., V]`, f32
  /// @param q `[..., V]`, probabilities of the classes
  /// @return scalar `[]`
  /// @throws dev.jacquard.tensor.shape.ShapeException if the shapes differ
  public static Tensor ofProbabilities(Tensor logits, Tensor q) {
    Shapes.requireSame("crossEntropy", logits.shape(), q.shape());
    Tensor rows = SumOp.apply(LogSoftmaxOp.apply(logits, -1).mul(q), -1); // [..., 1]
    return rows.mean().scale(-1);
  }

  /// 1 for rows that count, 0 for ignored ones.
  private static float[] counts(Tensor labels) {
    int[] ids = labels.toInts();
    float[] counts = new float[ids.length];
    for (int i = 0; i < ids.length; i++) {
      counts[i] = ids[i] == CrossEntropyOp.IGNORE ? 0 : 1;
    }
    return counts;
  }

  private static float total(float[] counts) {
    double total = 0;
    for (float count : counts) {
      total += count;
    }
    return (float) total;
  }
}
