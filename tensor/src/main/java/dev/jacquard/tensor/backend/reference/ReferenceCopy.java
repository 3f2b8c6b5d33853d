package dev.jacquard.tensor.backend.reference;

import dev.jacquard.tensor.backend.CopyKernels;
import dev.jacquard.tensor.backend.TensorView;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Copies one element, or one block, after the other; integers stay integers on the way.
final class ReferenceCopy implements CopyKernels {
  @Override
  public void copy(TensorView from, TensorView to) {
    if (to.dtype().isQuantized()) {
      QuantizedBlocks.write(Elements.read(from), to);
      return;
    }
    MemorySegment source = from.segment();
    MemorySegment target = to.segment();
    boolean integers = !from.dtype().isFloating();
    long numel = to.shape().numel();
    for (long n = 0; n < numel; n++) {
      long i = Elements.offset(from, n);
      long j = Elements.offset(to, n);
      if (integers) {
        Elements.setLong(target, to.dtype(), j, Elements.getLong(source, from.dtype(), i));
      } else {
        Elements.set(target, to.dtype(), j, Elements.get(source, from.dtype(), i));
      }
    }
  }

  @Override
  public void fill(TensorView to, double value) {
    long numel = to.shape().numel();
    if (to.dtype().isQuantized()) {
      double[] values = new double[Math.toIntExact(numel)];
      Arrays.fill(values, value);
      QuantizedBlocks.write(values, to);
      return;
    }
    MemorySegment target = to.segment();
    for (long n = 0; n < numel; n++) {
      Elements.set(target, to.dtype(), Elements.offset(to, n), value);
    }
  }
}
