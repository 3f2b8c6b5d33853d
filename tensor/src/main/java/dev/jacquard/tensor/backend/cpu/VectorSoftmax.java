package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.VectorWidth.LANES;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.jacquard.tensor.backend.SoftmaxKernels;
import dev.jacquard.tensor.backend.TensorView;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// Softmax and cross-entropy, a chunk of rows at a time. Maximum, exponentials and scaling of a row
/// are methods of their own, each with one loop, so that the JIT compiler inlines everything in
/// them.
final class VectorSoftmax implements SoftmaxKernels {
  private final ParallelFor parallel;

  VectorSoftmax(ParallelFor parallel) {
    this.parallel = parallel;
  }

  @Override
  public void softmax(TensorView x, TensorView y) {
    int width = x.shape().intDim(-1);
    MemorySegment xs = x.segment();
    MemorySegment ys = y.segment();
    overRows(
        x,
        2 + Chunks.EXP_WORK,
        (from, count) -> {
          for (int i = 0; i < count; i++) {
            softmaxRow(xs, ys, 4L * (from + i) * width, width);
          }
        });
  }

  @Override
  public void softmaxBackward(TensorView dy, TensorView y, TensorView dx) {
    int width = y.shape().intDim(-1);
    MemorySegment dys = dy.segment();
    MemorySegment ys = y.segment();
    MemorySegment dxs = dx.segment();
    overRows(
        y,
        2,
        (from, count) -> {
          for (int i = 0; i < count; i++) {
            long at = 4L * (from + i) * width;
            backward(dys, ys, RowLoops.dot(dys, at, ys, at, width), dxs, at, width);
          }
        });
  }

  @Override
  public void logSumExp(TensorView x, TensorView lse) {
    int width = x.shape().intDim(-1);
    MemorySegment xs = x.segment();
    MemorySegment lses = lse.segment();
    overRows(
        x,
        1 + Chunks.EXP_WORK,
        (from, count) -> {
          for (long row = from; row < from + count; row++) {
            long at = 4L * row * width;
            float max = RowLoops.max(xs, at, width);
            Lanes.set(lses, 4L * row, max + logOfSum(xs, max, at, width));
          }
        });
  }

  @Override
  public void crossEntropy(
      TensorView logits, TensorView labels, int ignore, TensorView loss, TensorView lse) {
    int width = logits.shape().intDim(-1);
    MemorySegment xs = logits.segment();
    MemorySegment labelsMemory = labels.segment();
    MemorySegment losses = loss.segment();
    MemorySegment lses = lse.segment();
    overRows(
        logits,
        1 + Chunks.EXP_WORK,
        (from, count) -> {
          for (long row = from; row < from + count; row++) {
            int label = labelsMemory.get(JAVA_INT, 4L * row);
            requireLabel(label, ignore, width, row);
            lossOfRow(xs, label, ignore, losses, lses, row, width);
          }
        });
  }

  @Override
  public void crossEntropyBackward(
      float scale,
      TensorView logits,
      TensorView labels,
      int ignore,
      TensorView lse,
      TensorView dLogits) {
    int width = logits.shape().intDim(-1);
    MemorySegment xs = logits.segment();
    MemorySegment labelsMemory = labels.segment();
    MemorySegment lses = lse.segment();
    MemorySegment dxs = dLogits.segment();
    overRows(
        logits,
        Chunks.EXP_WORK,
        (from, count) -> {
          for (long row = from; row < from + count; row++) {
            int label = labelsMemory.get(JAVA_INT, 4L * row);
            requireLabel(label, ignore, width, row);
            float rowScale = label == ignore ? 0f : scale;
            gradientOfRow(xs, label, rowScale, Lanes.get(lses, 4L * row), dxs, row, width);
          }
        });
  }

  private void overRows(TensorView x, int work, Chunks.Range body) {
    int size = Chunks.rows(x.shape().intDim(-1));
    Chunks.run(parallel, x.shape().rows(), size, work * x.shape().numel(), body);
  }

  private static void requireLabel(int label, int ignore, int width, long row) {
    if (label != ignore && (label < 0 || label >= width)) {
      throw new IndexOutOfBoundsException(
          "crossEntropy: label out of range; labels[%d] = %d; need 0 <= label < %d, or %d"
              .formatted(row, label, width, ignore));
    }
  }

  private static void softmaxRow(MemorySegment x, MemorySegment y, long at, int width) {
    float max = RowLoops.max(x, at, width);
    if (max == Float.NEGATIVE_INFINITY) {
      RowLoops.fill(y, at, 0f, width);
    } else {
      float sum = exponentials(x, max, y, at, width);
      RowLoops.affine(y, at, 1f / sum, -0f, y, at, width);
    }
  }

  private static void lossOfRow(
      MemorySegment x,
      int label,
      int ignore,
      MemorySegment losses,
      MemorySegment lses,
      long row,
      int width) {
    long at = 4L * row * width;
    float max = RowLoops.max(x, at, width);
    float logSum = logOfSum(x, max, at, width);
    Lanes.set(lses, 4L * row, max + logSum);
    double behind = label == ignore ? 0 : (double) max - Lanes.get(x, at + 4L * label);
    Lanes.set(losses, 4L * row, label == ignore ? 0f : (float) (behind + logSum));
  }

  /// `log Σ exp(x - max)`, or 0 for a row of only `-∞`.
  private static float logOfSum(MemorySegment x, float max, long at, int width) {
    boolean empty = max == Float.NEGATIVE_INFINITY;
    return empty ? 0f : VectorMath.log(sumOfExponentials(x, max, at, width));
  }

  private static void gradientOfRow(
      MemorySegment x, int label, float scale, float lse, MemorySegment dx, long row, int width) {
    long at = 4L * row * width;
    if (scale == 0f) {
      RowLoops.fill(dx, at, 0f, width);
    } else {
      scaledExponentials(x, lse, scale, dx, at, width);
      Lanes.set(dx, at + 4L * label, Lanes.get(dx, at + 4L * label) - scale);
    }
  }

  /// `y = exp(x - max)`; returns `Σ y`.
  private static float exponentials(MemorySegment x, float max, MemorySegment y, long at, int n) {
    FloatVector acc = Lanes.splat(0f);
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector e = VectorMath.exp(Lanes.load(x, at + 4L * i).sub(max));
      Lanes.store(e, y, at + 4L * i);
      acc = acc.add(e);
    }
    float sum = Lanes.sum(acc);
    for (; i < n; i++) {
      float e = VectorMath.exp(Lanes.get(x, at + 4L * i) - max);
      Lanes.set(y, at + 4L * i, e);
      sum += e;
    }
    return sum;
  }

  /// `Σ exp(x - max)`.
  private static float sumOfExponentials(MemorySegment x, float max, long at, int n) {
    FloatVector acc = Lanes.splat(0f);
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      acc = acc.add(VectorMath.exp(Lanes.load(x, at + 4L * i).sub(max)));
    }
    float sum = Lanes.sum(acc);
    for (; i < n; i++) {
      sum += VectorMath.exp(Lanes.get(x, at + 4L * i) - max);
    }
    return sum;
  }

  /// `y = scale · exp(x - lse)`.
  private static void scaledExponentials(
      MemorySegment x, float lse, float scale, MemorySegment y, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector e = VectorMath.exp(Lanes.load(x, at + 4L * i).sub(lse));
      Lanes.store(e.mul(scale), y, at + 4L * i);
    }
    for (; i < n; i++) {
      Lanes.set(y, at + 4L * i, VectorMath.exp(Lanes.get(x, at + 4L * i) - lse) * scale);
    }
  }

  /// `dx = y · (dy - dot)`.
  private static void backward(
      MemorySegment dy, MemorySegment y, float dot, MemorySegment dx, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector centred = Lanes.load(dy, at + 4L * i).sub(dot);
      Lanes.store(centred.mul(Lanes.load(y, at + 4L * i)), dx, at + 4L * i);
    }
    for (; i < n; i++) {
      Lanes.set(dx, at + 4L * i, (Lanes.get(dy, at + 4L * i) - dot) * Lanes.get(y, at + 4L * i));
    }
  }
}
