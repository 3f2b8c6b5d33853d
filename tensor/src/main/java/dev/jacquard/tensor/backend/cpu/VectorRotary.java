package dev.jacquard.tensor.backend.cpu;

import dev.jacquard.tensor.backend.RotaryKernels;
import dev.jacquard.tensor.backend.TensorView;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/// Rotary embedding: one vector of angles is loaded once and turns the pairs of all heads.
final class VectorRotary implements RotaryKernels {
  private static final VectorSpecies<Float> SPECIES = VectorWidth.FLOATS;
  private static final int LANES = VectorWidth.LANES;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final int CHUNK_FLOATS = 16 * 1024;

  private final ParallelFor parallel;

  VectorRotary(ParallelFor parallel) {
    this.parallel = parallel;
  }

  @Override
  public void rotate(
      TensorView x, TensorView cos, TensorView sin, int from, boolean inverse, TensorView y) {
    int steps = x.shape().intDim(1);
    int rows = Math.toIntExact(x.shape().dim(0) * steps);
    long rowFloats = Math.max(1, x.shape().dim(2) * x.shape().dim(3));
    int rowsPerChunk = (int) Math.max(1, CHUNK_FLOATS / rowFloats);
    Turn turn = new Turn(x, cos, sin, inverse, y);
    parallel.run(
        (rows + rowsPerChunk - 1) / rowsPerChunk,
        chunk -> {
          int end = Math.min(rows, (chunk + 1) * rowsPerChunk);
          for (int row = chunk * rowsPerChunk; row < end; row++) {
            turn.row(row / steps, row % steps, from + row % steps);
          }
        });
  }

  /// One call: memory and strides in bytes.
  private static final class Turn {
    private final MemorySegment x;
    private final MemorySegment cos;
    private final MemorySegment sin;
    private final MemorySegment y;
    private final long xBatch;
    private final long xStep;
    private final long xHead;
    private final int steps;
    private final int heads;
    private final int half;
    private final float sign;

    Turn(TensorView x, TensorView cos, TensorView sin, boolean inverse, TensorView y) {
      this.x = x.segment();
      this.cos = cos.segment();
      this.sin = sin.segment();
      this.y = y.segment();
      xBatch = 4 * x.stride(0);
      xStep = 4 * x.stride(1);
      xHead = 4 * x.stride(2);
      steps = x.shape().intDim(1);
      heads = x.shape().intDim(2);
      half = x.shape().intDim(3) / 2;
      sign = inverse ? -1 : 1;
    }

    /// All heads of one row at position `p`.
    void row(int batch, int step, int p) {
      long xAt = batch * xBatch + step * xStep;
      long yAt = 8L * ((long) batch * steps + step) * heads * half;
      long angle = 4L * p * half;
      int i = 0;
      for (; i <= half - LANES; i += LANES) {
        whole(angle + 4L * i, xAt + 4L * i, yAt + 4L * i);
      }
      if (i < half) {
        masked(angle + 4L * i, xAt + 4L * i, yAt + 4L * i, SPECIES.indexInRange(i, half));
      }
    }

    /// Pairs `i .. i + LANES - 1` of all heads.
    private void whole(long angle, long xAt, long yAt) {
      FloatVector c = FloatVector.fromMemorySegment(SPECIES, cos, angle, ORDER);
      FloatVector s = FloatVector.fromMemorySegment(SPECIES, sin, angle, ORDER).mul(sign);
      long shift = 4L * half;
      for (int h = 0; h < heads; h++) {
        FloatVector a = FloatVector.fromMemorySegment(SPECIES, x, xAt, ORDER);
        FloatVector b = FloatVector.fromMemorySegment(SPECIES, x, xAt + shift, ORDER);
        a.mul(c).sub(b.mul(s)).intoMemorySegment(y, yAt, ORDER);
        b.mul(c).add(a.mul(s)).intoMemorySegment(y, yAt + shift, ORDER);
        xAt += xHead;
        yAt += 2 * shift;
      }
    }

    /// The last pairs, fewer than one vector.
    private void masked(long angle, long xAt, long yAt, VectorMask<Float> mask) {
      FloatVector c = FloatVector.fromMemorySegment(SPECIES, cos, angle, ORDER, mask);
      FloatVector s = FloatVector.fromMemorySegment(SPECIES, sin, angle, ORDER, mask).mul(sign);
      long shift = 4L * half;
      for (int h = 0; h < heads; h++) {
        FloatVector a = FloatVector.fromMemorySegment(SPECIES, x, xAt, ORDER, mask);
        FloatVector b = FloatVector.fromMemorySegment(SPECIES, x, xAt + shift, ORDER, mask);
        a.mul(c).sub(b.mul(s)).intoMemorySegment(y, yAt, ORDER, mask);
        b.mul(c).add(a.mul(s)).intoMemorySegment(y, yAt + shift, ORDER, mask);
        xAt += xHead;
        yAt += 2 * shift;
      }
    }
  }
}
