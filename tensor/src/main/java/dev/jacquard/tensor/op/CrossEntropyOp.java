package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.SoftmaxKernels;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import dev.jacquard.tensor.shape.Shapes;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// `loss = mean over rows of (log Σ exp(x) - x[label])`, in nats.
public final class CrossEntropyOp {
  /// Label of rows that do not count, as in PyTorch.
  public static final int IGNORE = -100;

  private CrossEntropyOp() {}

  /// Mean negative log-likelihood of the labels.
  ///
  /// @param logits `[..., V]`, f32
  /// @param labels `[...]`, i32, each in `[0, V)` or [#IGNORE]
  /// @return scalar `[]`; 0 if no row counts
  /// @throws ShapeException if the shapes do not fit or a label is out of range
  public static Tensor apply(Tensor logits, Tensor labels) {
    long counted = countLabels(logits, labels);
    Tensor x = logits.contiguous();
    Tensor ids = labels.contiguous();
    SoftmaxKernels kernels = x.backend().softmax();
    Tensor flat = x.detach().reshape(x.shape().rows(), x.shape().last()); // [N, V]
    Tensor loss = Tensor.empty(x.backend(), Shape.of(flat.shape().dim(0))); // [N]
    Tensor lse = Tensor.emptyLike(loss); // [N]
    kernels.crossEntropy(flat, ids, IGNORE, loss, lse);
    Tensor mean = loss.sum().scale(1f / Math.max(1, counted)).detach(); // []
    return Tape.record(
        "crossEntropy",
        mean,
        List.of(x),
        dy -> {
          Tensor dx = Tensor.emptyLike(x);
          Tensor dFlat = dx.reshape(flat.shape().toArray());
          float scale = dy.item() / Math.max(1, counted);
          kernels.crossEntropyBackward(scale, flat, ids, IGNORE, lse, dFlat);
          return List.of(dx);
        });
  }

  /// Negative log-likelihood of each label.
  ///
  /// @param logits `[..., V]`, f32
  /// @param labels `[...]`, i32, each in `[0, V)` or [#IGNORE]
  /// @return `[...]`; 0 where a row does not count
  /// @throws ShapeException if the shapes do not fit or a label is out of range
  public static Tensor rows(Tensor logits, Tensor labels) {
    countLabels(logits, labels);
    Tensor x = logits.contiguous();
    Tensor ids = labels.contiguous();
    SoftmaxKernels kernels = x.backend().softmax();
    Tensor flat = x.detach().reshape(x.shape().rows(), x.shape().last()); // [N, V]
    Tensor loss = Tensor.empty(x.backend(), labels.shape());
    Tensor lse = Tensor.emptyLike(loss);
    kernels.crossEntropy(flat, ids, IGNORE, loss, lse);
    return Tape.record(
        "crossEntropy",
        loss,
        List.of(x),
        dy -> {
          Tensor dFlat = Tensor.emptyLike(flat); // [N, V]
          kernels.crossEntropyBackward(1, flat, ids, IGNORE, lse, dFlat);
          Tensor dx = dFlat.mul(dy.reshape(flat.shape().dim(0), 1));
          return List.of(dx.reshape(x.shape().toArray()));
        });
  }

  /// Refuses what does not fit; else how many rows count.
  private static long countLabels(Tensor logits, Tensor labels) {
    Broadcasting.requireF32("crossEntropy", "logits", logits);
    Shapes.requireRankAtLeast("crossEntropy", "logits", logits.shape(), 1);
    Shapes.requireSame("crossEntropy", logits.shape().dropLast(), labels.shape());
    Shapes.requireType("crossEntropy", "labels", labels.dtype(), DType.I32);
    Broadcasting.requireSameBackend("crossEntropy", logits, labels);
    MemorySegment segment = labels.segment();
    long counted = 0;
    for (long n = 0; n < labels.shape().numel(); n++) {
      int id = IndexChecks.element(segment, labels, n);
      if (id != IGNORE) {
        IndexChecks.require("crossEntropy", "label", id, logits.shape().last(), n);
        counted++;
      }
    }
    return counted;
  }
}
