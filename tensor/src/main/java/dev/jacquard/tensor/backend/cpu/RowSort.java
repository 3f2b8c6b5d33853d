package dev.jacquard.tensor.backend.cpu;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.jacquard.tensor.backend.SortKernels;
import dev.jacquard.tensor.backend.TensorView;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Order of elements, a row at a time.
///
/// An element and its place make one `long` key, the element above: sorting keys is sorting
/// elements, equals by place, without a comparator.
final class RowSort implements SortKernels {
  private static final int SORT_WORK = 60; // of one element of a long row, in elements added

  private final ParallelFor parallel;

  RowSort(ParallelFor parallel) {
    this.parallel = parallel;
  }

  @Override
  public void argMax(TensorView x, TensorView ids) {
    int width = x.shape().intDim(1);
    MemorySegment xs = x.segment();
    MemorySegment idsMemory = ids.segment();
    Chunks.run(
        parallel,
        x.shape().dim(0),
        Chunks.rows(width),
        2 * x.shape().numel(),
        (from, count) -> {
          for (long row = from; row < from + count; row++) {
            idsMemory.set(JAVA_INT, 4L * row, best(xs, 4L * row * width, width));
          }
        });
  }

  @Override
  public void argSort(TensorView x, boolean descending, TensorView ids) {
    int width = x.shape().intDim(1);
    int kept = ids.shape().intDim(1);
    MemorySegment xs = x.segment();
    MemorySegment idsMemory = ids.segment();
    Chunks.run(
        parallel,
        x.shape().dim(0),
        Math.max(1, Chunks.rows(width) / SORT_WORK),
        SORT_WORK * x.shape().numel(),
        (from, count) -> {
          long[] keys = new long[width];
          for (long row = from; row < from + count; row++) {
            fillKeys(xs, 4L * row * width, descending, keys);
            Arrays.sort(keys);
            for (int k = 0; k < kept; k++) {
              idsMemory.set(JAVA_INT, 4L * (row * kept + k), (int) keys[k]);
            }
          }
        });
  }

  @Override
  public void searchSorted(TensorView sorted, TensorView x, boolean right, TensorView ids) {
    int length = sorted.shape().intDim(0);
    MemorySegment s = sorted.segment();
    MemorySegment xs = x.segment();
    MemorySegment idsMemory = ids.segment();
    Chunks.run(
        parallel,
        x.shape().numel(),
        Chunks.ELEMENTS,
        SORT_WORK * x.shape().numel(),
        (from, count) -> {
          for (long n = from; n < from + count; n++) {
            int place = place(s, length, Lanes.get(xs, 4L * n), right);
            idsMemory.set(JAVA_INT, 4L * n, place);
          }
        });
  }

  /// Place of the largest element, the first of equals.
  private static int best(MemorySegment x, long at, int width) {
    int best = 0;
    int bestKey = ordered(Lanes.get(x, at));
    for (int i = 1; i < width; i++) {
      int key = ordered(Lanes.get(x, at + 4L * i));
      if (key > bestKey) {
        best = i;
        bestKey = key;
      }
    }
    return best;
  }

  private static void fillKeys(MemorySegment x, long at, boolean descending, long[] keys) {
    for (int i = 0; i < keys.length; i++) {
      int order = ordered(Lanes.get(x, at + 4L * i));
      keys[i] = ((long) (descending ? ~order : order) << 32) | i;
    }
  }

  /// An integer that orders as the float does: negative floats grow with their bits turned over.
  private static int ordered(float v) {
    int bits = Float.floatToIntBits(v + 0f); // all NaN alike, -0 as 0
    return bits ^ ((bits >> 31) & Integer.MAX_VALUE);
  }

  /// Number of elements below `v`, or not above it, by halving.
  private static int place(MemorySegment sorted, int length, float v, boolean right) {
    int low = 0;
    int high = length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      float s = Lanes.get(sorted, 4L * middle);
      if (right ? s <= v : s < v) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
