package dev.jacquard.tensor.backend.cpu;

import dev.jacquard.tensor.backend.CopyKernels;
import dev.jacquard.tensor.backend.TensorView;
import dev.jacquard.tensor.memory.NativePool;
import dev.jacquard.tensor.shape.DType;
import java.lang.foreign.MemorySegment;

/// Copies: rows without gaps as blocks of memory, transposed ones in tiles, floating-point types to
/// and from f32 in vectors. Rare combinations of types and strides are left to the reference.
final class VectorCopy implements CopyKernels {
  private final ParallelFor parallel;
  private final NativePool pool;
  private final CopyKernels reference;

  VectorCopy(ParallelFor parallel, NativePool pool, CopyKernels reference) {
    this.parallel = parallel;
    this.pool = pool;
    this.reference = reference;
  }

  @Override
  public void copy(TensorView from, TensorView to) {
    if (to.shape().numel() == 0) {
      return;
    }
    JoinedAxes axes = JoinedAxes.of(from, to);
    boolean rowsHaveNoGaps = axes.stride(0) == 1 && axes.stride(1) == 1;
    boolean sameType = from.dtype() == to.dtype();
    if (sameType && rowsHaveNoGaps) {
      blocks(from.segment(), to.segment(), from.dtype(), axes);
    } else if (sameType && from.dtype().blockBytes() == 4) {
      strided(from.segment(), to.segment(), axes);
    } else if (rowsHaveNoGaps && ConvertLoops.canUnpack(from.dtype()) && to.dtype().isFloating()) {
      convert(from, to, axes);
    } else {
      reference.copy(from, to);
    }
  }

  @Override
  public void fill(TensorView to, double value) {
    boolean zero = Double.doubleToRawLongBits(value) == 0;
    long numel = to.shape().numel();
    if (to.isContiguous() && to.dtype() == DType.F32) {
      fillFloats(parallel, to.segment(), numel, (float) value);
    } else if (to.isContiguous() && zero && !to.dtype().isQuantized()) {
      to.segment().asSlice(0, numel * to.dtype().bytes()).fill((byte) 0);
    } else {
      reference.fill(to, value);
    }
  }

  /// Sets contiguous floats.
  static void fillFloats(ParallelFor parallel, MemorySegment to, long numel, float value) {
    Chunks.run(
        parallel,
        numel,
        Chunks.ELEMENTS,
        numel,
        (from, n) -> RowLoops.fill(to, 4L * from, value, n));
  }

  private void blocks(MemorySegment from, MemorySegment to, DType type, JoinedAxes axes) {
    axes.run(
        parallel,
        1,
        (row, column, n) ->
            MemorySegment.copy(
                from,
                type.bytes(axes.offset(0, row) + column),
                to,
                type.bytes(axes.offset(1, row) + column),
                type.bytes(n)));
  }

  private void convert(TensorView from, TensorView to, JoinedAxes axes) {
    MemorySegment source = from.segment();
    MemorySegment target = to.segment();
    DType sourceType = from.dtype();
    DType targetType = to.dtype();
    axes.run(
        parallel,
        1,
        (row, column, n) -> {
          long at = sourceType.bytes(axes.offset(0, row) + column);
          long targetAt = targetType.bytes(axes.offset(1, row) + column);
          if (targetType == DType.F32) {
            ConvertLoops.unpack(sourceType, source, at, target, targetAt, n);
          } else if (sourceType == DType.F32) {
            ConvertLoops.pack(targetType, source, at, target, targetAt, n);
          } else {
            MemorySegment floats = pool.acquire(4L * n);
            try {
              ConvertLoops.unpack(sourceType, source, at, floats, 0, n);
              ConvertLoops.pack(targetType, floats, 0, target, targetAt, n);
            } finally {
              pool.release(floats);
            }
          }
        });
  }

  private void strided(MemorySegment from, MemorySegment to, JoinedAxes axes) {
    int turned = axes.stride(1) == 1 ? axisWithoutGaps(axes) : -1;
    if (turned >= 0) {
      transposed(from, to, axes, turned);
      return;
    }
    long stride = axes.stride(0);
    long toStride = axes.stride(1);
    axes.run(
        parallel,
        4,
        (row, column, n) -> {
          long at = 4 * (axes.offset(0, row) + column * stride);
          long toAt = 4 * (axes.offset(1, row) + column * toStride);
          CopyLoops.strided(from, at, 4 * stride, to, toAt, 4 * toStride, n);
        });
  }

  /// The outer axis along which the source has stride 1, or -1.
  private static int axisWithoutGaps(JoinedAxes axes) {
    for (int axis = 0; axis < axes.rank() - 1; axis++) {
      if (axes.stride(0, axis) == 1) {
        return axis;
      }
    }
    return -1;
  }

  /// The source has stride 1 along the axis `turned`, the target along its rows.
  private void transposed(MemorySegment from, MemorySegment to, JoinedAxes axes, int turned) {
    JoinedAxes others = axes.outer(axis -> axis != turned);
    int height = Math.toIntExact(axes.size(turned));
    int width = Math.toIntExact(axes.width());
    int tiles = Chunks.count(height, CopyLoops.TILE);
    long fromStep = 4 * axes.stride(0);
    long toStep = 4 * axes.stride(1, turned);
    Chunks.run(
        parallel,
        others.rows() * tiles,
        Math.max(1, Chunks.ELEMENTS / (CopyLoops.TILE * width)),
        2 * axes.rows() * width,
        (first, count) -> {
          for (long item = first; item < first + count; item++) {
            int tile = (int) (item % tiles) * CopyLoops.TILE;
            long fromAt = 4 * (others.offset(0, item / tiles) + tile);
            long toAt = 4 * others.offset(1, item / tiles) + tile * toStep;
            int rows = Math.min(CopyLoops.TILE, height - tile);
            CopyLoops.transposed(from, fromAt, fromStep, to, toAt, toStep, rows, width);
          }
        });
  }
}
