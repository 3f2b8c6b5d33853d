package dev.jacquard.tensor.backend.cpu;

import dev.jacquard.tensor.backend.ElementwiseKernels;
import dev.jacquard.tensor.backend.TensorView;
import java.lang.foreign.MemorySegment;

/// Functions of each element, cut into chunks. The loops are in [BinaryLoops], [UnaryLoops],
/// [UnaryBackwardLoops], [SelectLoops] and [GatedLoops].
final class VectorElementwise implements ElementwiseKernels {
  private final ParallelFor parallel;

  VectorElementwise(ParallelFor parallel) {
    this.parallel = parallel;
  }

  @Override
  public void binary(Binary f, TensorView a, TensorView b, TensorView y) {
    MemorySegment as = a.segment();
    MemorySegment bs = b.segment();
    MemorySegment ys = y.segment();
    if (a.isContiguous() && b.isContiguous()) {
      overChunks(
          y,
          1,
          (from, n) -> BinaryLoops.row(f, as, 4L * from, 1, bs, 4L * from, 1, ys, 4L * from, n));
      return;
    }
    JoinedAxes axes = JoinedAxes.of(a, b, y);
    long aStride = axes.stride(0);
    long bStride = axes.stride(1);
    axes.run(
        parallel,
        1,
        (row, from, n) -> {
          long aAt = 4 * (axes.offset(0, row) + from * aStride);
          long bAt = 4 * (axes.offset(1, row) + from * bStride);
          long yAt = 4 * (axes.offset(2, row) + from);
          BinaryLoops.row(f, as, aAt, aStride, bs, bAt, bStride, ys, yAt, n);
        });
  }

  @Override
  public void unary(Unary f, TensorView x, TensorView y) {
    MemorySegment xs = x.segment();
    MemorySegment ys = y.segment();
    overChunks(y, Chunks.EXP_WORK, (from, n) -> UnaryLoops.forward(f, xs, ys, 4L * from, n));
  }

  @Override
  public void unaryBackward(Unary f, TensorView dy, TensorView x, TensorView y, TensorView dx) {
    MemorySegment dys = dy.segment();
    MemorySegment xs = x.segment();
    MemorySegment ys = y.segment();
    MemorySegment dxs = dx.segment();
    overChunks(dx, 2, (from, n) -> UnaryBackwardLoops.backward(f, dys, xs, ys, dxs, 4L * from, n));
  }

  @Override
  public void affine(TensorView x, float alpha, float beta, TensorView y) {
    MemorySegment xs = x.segment();
    MemorySegment ys = y.segment();
    overChunks(y, 1, (from, n) -> RowLoops.affine(xs, 4L * from, alpha, beta, ys, 4L * from, n));
  }

  @Override
  public void weightedSum(TensorView a, float alpha, TensorView b, float beta, TensorView y) {
    MemorySegment as = a.segment();
    MemorySegment bs = b.segment();
    MemorySegment ys = y.segment();
    overChunks(y, 1, (from, n) -> RowLoops.weightedSum(as, alpha, bs, beta, ys, 4L * from, n));
  }

  @Override
  public void clamp(TensorView x, float low, float high, TensorView y) {
    MemorySegment xs = x.segment();
    MemorySegment ys = y.segment();
    overChunks(y, 1, (from, n) -> SelectLoops.clamp(xs, low, high, ys, 4L * from, n));
  }

  @Override
  public void clampBackward(TensorView dy, TensorView x, float low, float high, TensorView dx) {
    MemorySegment dys = dy.segment();
    MemorySegment xs = x.segment();
    MemorySegment dxs = dx.segment();
    overChunks(
        dx, 1, (from, n) -> SelectLoops.clampBackward(dys, xs, low, high, dxs, 4L * from, n));
  }

  @Override
  public void select(TensorView mask, TensorView a, TensorView b, TensorView y) {
    MemorySegment masks = mask.segment();
    MemorySegment as = a.segment();
    MemorySegment bs = b.segment();
    MemorySegment ys = y.segment();
    JoinedAxes axes = JoinedAxes.of(mask, a, b, y);
    boolean hasNoGaps = axes.stride(0) == 1 && axes.stride(1) == 1 && axes.stride(2) == 1;
    axes.run(
        parallel,
        2,
        (row, from, n) -> {
          long maskAt = 4 * (axes.offset(0, row) + from * axes.stride(0));
          long aAt = 4 * (axes.offset(1, row) + from * axes.stride(1));
          long bAt = 4 * (axes.offset(2, row) + from * axes.stride(2));
          long yAt = 4 * (axes.offset(3, row) + from);
          if (hasNoGaps) {
            SelectLoops.select(masks, maskAt, as, aAt, bs, bAt, ys, yAt, n);
          } else {
            long maskStep = 4 * axes.stride(0);
            long aStep = 4 * axes.stride(1);
            long bStep = 4 * axes.stride(2);
            SelectLoops.select(masks, maskAt, maskStep, as, aAt, aStep, bs, bAt, bStep, ys, yAt, n);
          }
        });
  }

  @Override
  public void swiGlu(TensorView gate, TensorView up, TensorView y) {
    MemorySegment gates = gate.segment();
    MemorySegment ups = up.segment();
    MemorySegment ys = y.segment();
    overChunks(
        y, 1 + Chunks.EXP_WORK, (from, n) -> GatedLoops.swiGlu(gates, ups, ys, 4L * from, n));
  }

  @Override
  public void swiGluBackward(
      TensorView dy, TensorView gate, TensorView up, TensorView dGate, TensorView dUp) {
    MemorySegment dys = dy.segment();
    MemorySegment gates = gate.segment();
    MemorySegment ups = up.segment();
    MemorySegment dGates = dGate.segment();
    MemorySegment dUps = dUp.segment();
    overChunks(
        dUp,
        2 + Chunks.EXP_WORK,
        (from, n) -> GatedLoops.swiGluBackward(dys, gates, ups, dGates, dUps, 4L * from, n));
  }

  private void overChunks(TensorView y, int work, Chunks.Range body) {
    long numel = y.shape().numel();
    Chunks.run(parallel, numel, Chunks.ELEMENTS, work * numel, body);
  }
}
