package dev.jacquard.tensor.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.tensor.memory.NativePool;
import dev.jacquard.tensor.shape.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Products of all kernels, edges and layouts against sums in `f64`.
class VectorMatmulTest {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;
  private static final float GUARD = 1.5f;

  private final Arena arena = Arena.ofShared();
  private final NativePool pool = new NativePool();

  /// How an operand lies in memory.
  enum Layout {
    NN,
    NT,
    TN,
    TT
  }

  @AfterEach
  void givesScratchBack() {
    assertThat(pool.liveBlocks()).isZero();
    pool.close();
    arena.close();
  }

  @ParameterizedTest
  @EnumSource
  void multipliesEverySmallSize(Layout layout) {
    int[] sizes = {1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 31, 33, 48, 49};
    for (int m : sizes) {
      for (int n : sizes) {
        for (int k : new int[] {0, 1, 3, 16, 17, 33}) {
          check(layout, m, n, k, 1, false);
          check(layout, m, n, k, 1, true);
        }
      }
    }
  }

  static Stream<int[]> largeSizes() {
    return Stream.of(
        new int[] {97, 97, 97},
        new int[] {40, 70, 1700}, // several blocks of k
        new int[] {33, 1200, 50}, // several blocks of columns at any vector width
        new int[] {3100, 40, 30}, // several blocks of packed rows
        new int[] {1538, 17, 9}, // two rows beyond a block
        new int[] {79, 130, 40}, // seven rows beyond a unit: two tiles of four
        new int[] {133, 320, 259},
        new int[] {2, 500, 700},
        new int[] {13, 1000, 300});
  }

  @ParameterizedTest
  @MethodSource("largeSizes")
  void multipliesLargerSizes(int[] size) {
    for (Layout layout : Layout.values()) {
      for (int threads : new int[] {1, 2}) {
        check(layout, size[0], size[1], size[2], threads, false);
        check(layout, size[0], size[1], size[2], threads, true);
      }
    }
  }

  @Test
  void givesTheSameBitsOnAnyNumberOfThreads() {
    SplittableRandom random = new SplittableRandom(7);
    for (Layout layout : Layout.values()) {
      for (int[] size : largeSizes().toList()) {
        NativeView a =
            operand(layout == Layout.TN || layout == Layout.TT, size[0], size[2], random);
        NativeView b =
            operand(layout == Layout.NT || layout == Layout.TT, size[2], size[1], random);
        List<float[]> results = new ArrayList<>();
        for (int threads : new int[] {1, 2, 3}) {
          NativeView c = contiguous(size[0], size[1]);
          try (ParallelFor parallel = new ParallelFor(threads)) {
            new VectorMatmul(parallel, pool).matmul(a, b, c, false);
          }
          results.add(c.segment().toArray(FLOAT));
        }
        assertThat(results.get(1)).isEqualTo(results.get(0));
        assertThat(results.get(2)).isEqualTo(results.get(0));
      }
    }
  }

  @Test
  void multipliesABatchWithSharedAndStridedMatrices() {
    SplittableRandom random = new SplittableRandom(11);
    int m = 9;
    int n = 21;
    int k = 13;
    long[] aStrides = {2 * 3 * m * k, m * k, k, 1}; // [2, 3, m, k]; every second batch
    long[] shared = {0, 0, 1, k}; // [k, n], transposed
    long[] perAxis = {0, k * n, n, 1};
    long[] swapped = {m * k, 2 * m * k, k, 1}; // axes 0 and 1 exchanged in memory
    for (long[] as : List.of(aStrides, swapped)) {
      for (long[] bs : List.of(shared, perAxis)) {
        NativeView a = random(Shape.of(2, 3, m, k), as, random);
        NativeView b = random(Shape.of(2, 3, k, n), bs, random);
        NativeView c = guarded(Shape.of(2, 3, m, n));
        try (ParallelFor parallel = new ParallelFor(2)) {
          new VectorMatmul(parallel, pool).matmul(a, b, c, false);
        }
        for (int i = 0; i < 6; i++) {
          compare("batch " + i, matrix(a, i), matrix(b, i), matrix(c, i), null);
        }
      }
    }
  }

  @Test
  void mergesRowsOfABatchThatSharesB() {
    SplittableRandom random = new SplittableRandom(13);
    for (long rows : new long[] {1, 5}) { // with one row the stride of the row axis says nothing
      NativeView a = random(Shape.of(4, rows, 6), new long[] {rows * 8, 8, 1}, random);
      NativeView odd = new NativeView(a.shape(), a.strides().clone(), a.segment());
      if (rows == 1) {
        odd.strides()[1] = 999;
      }
      NativeView b = random(Shape.of(4, 6, 7), new long[] {0, 7, 1}, random);
      NativeView c = guarded(Shape.of(4, rows, 7));
      try (ParallelFor parallel = new ParallelFor(2)) {
        new VectorMatmul(parallel, pool).matmul(odd, b, c, false);
      }
      for (int i = 0; i < 4; i++) {
        compare("batch " + i, matrix(a, i), matrix(b, i), matrix(c, i), null);
      }
    }
  }

  @Test
  void takesNoNewMemoryInTheSteadyState() {
    SplittableRandom random = new SplittableRandom(17);
    NativeView a = operand(true, 200, 300, random);
    NativeView b = operand(true, 300, 100, random);
    NativeView c = contiguous(200, 100);
    try (ParallelFor parallel = new ParallelFor(2)) {
      VectorMatmul matmul = new VectorMatmul(parallel, pool);
      matmul.matmul(a, b, c, false);
      long reserved = pool.reservedBytes();
      for (int i = 0; i < 20; i++) {
        matmul.matmul(a, b, c, true);
      }
      assertThat(pool.reservedBytes()).isEqualTo(reserved);
    }
  }

  private void check(Layout layout, int m, int n, int k, int threads, boolean accumulate) {
    SplittableRandom random = new SplittableRandom(m * 31L * 31 + n * 31L + k);
    NativeView a = operand(layout == Layout.TN || layout == Layout.TT, m, k, random);
    NativeView b = operand(layout == Layout.NT || layout == Layout.TT, k, n, random);
    NativeView c = guarded(Shape.of(m, n));
    float[] before = c.segment().toArray(FLOAT);
    try (ParallelFor parallel = new ParallelFor(threads)) {
      new VectorMatmul(parallel, pool).matmul(a, b, c, accumulate);
    }
    String what = "%s m=%d n=%d k=%d accumulate=%b".formatted(layout, m, n, k, accumulate);
    compare(what, a, b, c, accumulate ? before : null);
  }

  private static void compare(
      String what, NativeView a, NativeView b, NativeView c, float[] before) {
    int m = c.shape().intDim(0);
    int n = c.shape().intDim(1);
    int k = a.shape().intDim(1);
    float[][] rows = new float[m][k];
    float[][] columns = new float[n][k];
    for (int l = 0; l < k; l++) {
      for (int i = 0; i < m; i++) {
        rows[i][l] = at(a, i, l);
      }
      for (int j = 0; j < n; j++) {
        columns[j][l] = at(b, l, j);
      }
    }
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double sum = before == null ? 0 : before[i * n + j];
        double size = Math.abs(sum);
        for (int l = 0; l < k; l++) {
          double product = (double) rows[i][l] * columns[j][l];
          sum += product;
          size += Math.abs(product);
        }
        float actual = at(c, i, j);
        if (!(Math.abs(actual - sum) <= 1e-6 * size)) { // a chain of k roundings, mostly cancelling
          throw new AssertionError(
              "%s: c[%d, %d] = %s, expected %s".formatted(what, i, j, actual, sum));
        }
      }
    }
  }

  private static float at(NativeView x, long i, long j) {
    return x.segment().getAtIndex(FLOAT, i * x.stride(0) + j * x.stride(1));
  }

  private static NativeView matrix(NativeView x, int index) {
    long columns = x.shape().dim(1);
    boolean three = x.shape().rank() == 3;
    long offset =
        three ? index * x.stride(0) : index / columns * x.stride(0) + index % columns * x.stride(1);
    return new NativeView(
        Shape.of(x.shape().dim(-2), x.shape().dim(-1)),
        new long[] {x.stride(-2), x.stride(-1)},
        x.segment().asSlice(4 * offset));
  }

  /// A matrix in the middle of a larger one, so that rows are further apart than they are long.
  private NativeView operand(boolean transposed, int rows, int columns, SplittableRandom random) {
    long[] strides = transposed ? new long[] {1, rows + 3} : new long[] {columns + 5, 1};
    return random(Shape.of(rows, columns), strides, random);
  }

  private NativeView random(Shape shape, long[] strides, SplittableRandom random) {
    long last = 0;
    for (int axis = 0; axis < shape.rank(); axis++) {
      last += Math.max(0, shape.dim(axis) - 1) * strides[axis];
    }
    MemorySegment segment = arena.allocate(4 * (last + 1), 4); // reading beyond the last one fails
    for (long i = 0; i <= last; i++) {
      segment.setAtIndex(FLOAT, i, (float) random.nextDouble(-1, 1));
    }
    return new NativeView(shape, strides, segment);
  }

  private NativeView contiguous(int rows, int columns) {
    return guarded(Shape.of(rows, columns));
  }

  private NativeView guarded(Shape shape) {
    MemorySegment segment = arena.allocate(4 * shape.numel(), 64);
    for (long i = 0; i < shape.numel(); i++) {
      segment.setAtIndex(FLOAT, i, GUARD);
    }
    return new NativeView(shape, shape.contiguousStrides(), segment);
  }
}
