package dev.jacquard.tensor.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `CopyKernels`: layouts on both sides, conversions between all types, rounding of ties.
public interface CopyConformance {
  Lab lab();

  @ParameterizedTest
  @ValueSource(
      strings = {"1", "17", "3,7", "31,33", "2,3,17", "5,1,7,31", "30,31,33", "0,3", "3,0"})
  default void copyBetweenLayouts(String sizes) {
    Shape shape = Shape.of(Arrays.stream(sizes.split(",")).mapToLong(Long::parseLong).toArray());
    double[] x = Numbers.normal("copy", shape.numel());
    for (Layout from : Layout.values()) {
      for (Layout to : Layout.values()) {
        float[] y =
            lab()
                .runOne(
                    shape,
                    (be, out) -> {
                      Tensor target = to.lay(be, shape, new double[x.length]);
                      be.copy().copy(from.lay(be, shape, x), target);
                      be.copy().copy(target, out[0]);
                    });
        Expect.close("copy %s, %s to %s".formatted(shape, from, to), y, x, 0, 0);
      }
    }
  }

  @Test
  default void copyIntoACutLeavesTheRestAlone() {
    Shape shape = Shape.of(5, 7);
    float[] whole =
        lab()
            .runOne(
                shape,
                (be, out) -> {
                  Lab.write(out[0], Numbers.normal("whole", 35));
                  Tensor middle = out[0].narrow(0, 1, 3).narrow(1, 2, 4);
                  be.copy().copy(Layout.TRANSPOSED.lay(be, Shape.of(3, 4), new double[12]), middle);
                });
    double[] expected = Numbers.normal("whole", 35);
    for (int r = 1; r < 4; r++) {
      Arrays.fill(expected, r * 7 + 2, r * 7 + 6, 0);
    }
    Expect.close("copy into a cut", whole, expected, 0, 0);
  }

  @Test
  default void copyBroadcastsAlongStrideZero() {
    double[] row = Numbers.normal("row", 17);
    float[] y =
        lab()
            .runOne(
                Shape.of(9, 17),
                (be, out) ->
                    be.copy()
                        .copy(
                            Layout.PLAIN
                                .lay(be, Shape.of(17), row)
                                .strided(0, Shape.of(9, 17), 0, 1),
                            out[0]));
    double[] expected = new double[9 * 17];
    Arrays.setAll(expected, i -> row[i % 17]);
    Expect.close("copy of a broadcast row", y, expected, 0, 0);
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"Q8_0", "Q4_0"})
  default void copyConvertsBetweenAllTypes(DType from) {
    double[] exact = {0, 1, 2, 3, 100, 127, 128, 200, 255};
    for (DType to : EnumSet.complementOf(EnumSet.of(DType.Q8_0, DType.Q4_0))) {
      float[] y =
          lab()
              .runOne(
                  Shape.of(exact.length),
                  (be, out) -> {
                    Tensor source = Tensor.empty(be, from, out[0].shape());
                    Tensor target = Tensor.empty(be, to, out[0].shape());
                    be.copy().copy(Layout.PLAIN.lay(be, out[0].shape(), exact), source);
                    be.copy().copy(source, target);
                    be.copy().copy(target, out[0]);
                  });
      Expect.close(from + " to " + to, y, exact, 0, 0);
    }
  }

  @Test
  default void copyKeepsAllBitsOfIntegers() {
    Backend be = lab().backend();
    Tensor longs = Tensor.empty(be, DType.I64, Shape.of(3));
    longs.segment().setAtIndex(ValueLayout.JAVA_LONG, 0, Long.MAX_VALUE - 1);
    longs.segment().setAtIndex(ValueLayout.JAVA_LONG, 1, (1L << 53) + 1);
    longs.segment().setAtIndex(ValueLayout.JAVA_LONG, 2, Integer.MIN_VALUE);
    Tensor copy = Tensor.empty(be, DType.I64, Shape.of(3));
    Tensor ints = Tensor.empty(be, DType.I32, Shape.of(1));
    be.copy().copy(longs, copy);
    be.copy().copy(longs.narrow(0, 2, 1), ints);
    assertThat(copy.toLongs()).containsExactly(Long.MAX_VALUE - 1, (1L << 53) + 1, -(1L << 31));
    assertThat(ints.toInts()).containsExactly(Integer.MIN_VALUE);
    release(longs, copy, ints);
  }

  @Test
  default void copyTruncatesFloatsTowardsZero() {
    Backend be = lab().backend();
    Tensor floats = Tensor.of(be, Shape.of(6), 1.9f, -1.9f, 0.5f, -0.5f, 2.5f, 1e6f + 0.5f);
    Tensor ints = floats.to(DType.I32);
    assertThat(ints.toInts()).containsExactly(1, -1, 0, 0, 2, 1_000_000);
    release(floats, ints);
  }

  @Test
  default void copyRoundsToTheNearestBfloat16TiesToEven() {
    int[] bits = {
      0x3f800000,
      0x3f807fff,
      0x3f808000,
      0x3f808001,
      0x3f818000,
      0xbf818000,
      0x7f7fffff,
      0xff800000,
      0x7f800001,
      0x7fffffff,
      0x00000001,
      0x00018000,
      0x80000000
    };
    int[] expected = {
      0x3f80, 0x3f80, 0x3f80, 0x3f81, 0x3f82, 0xbf82, 0x7f80, 0xff80, 0x7fc0, 0x7fff, 0, 2, 0x8000
    };
    short[] actual = convert(bits, DType.BF16);
    for (int i = 0; i < bits.length; i++) {
      if (Float.isNaN(Float.intBitsToFloat(bits[i]))) {
        assertThat(Float.intBitsToFloat(actual[i] << 16)).as("%x", bits[i]).isNaN();
      } else {
        assertThat(actual[i] & 0xffff).as("%x", bits[i]).isEqualTo(expected[i]);
      }
    }
  }

  @Test
  default void copyRoundsToTheNearestHalf() {
    float[] values = {1, 1 + 0x1p-11f, 1 + 0x3p-11f, 65504, 65520, 0x1p-24f, 0x1p-25f, -0f, 1e-30f};
    int[] expected = {0x3c00, 0x3c00, 0x3c02, 0x7bff, 0x7c00, 1, 0, 0x8000, 0};
    int[] bits = new int[values.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
    short[] actual = convert(bits, DType.F16);
    for (int i = 0; i < bits.length; i++) {
      assertThat(actual[i] & 0xffff).as("%s", values[i]).isEqualTo(expected[i]);
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"Q8_0", "Q4_0"})
  default void fillSetsEveryElement(DType type) {
    for (int size : new int[] {0, 1, 3, 7, 17, 33, 100_003}) {
      float[] y =
          lab()
              .runOne(
                  Shape.of(size),
                  (be, out) -> {
                    Tensor filled = Tensor.empty(be, type, out[0].shape());
                    be.copy().fill(filled, 42);
                    be.copy().copy(filled, out[0]);
                  });
      double[] expected = new double[size];
      Arrays.fill(expected, 42);
      Expect.close("fill " + type + " " + size, y, expected, 0, 0);
    }
  }

  @Test
  default void fillOfACutLeavesTheRestAlone() {
    float[] whole =
        lab()
            .runOne(
                Shape.of(4, 5),
                (be, out) -> {
                  Lab.write(out[0], new double[20]);
                  be.copy().fill(out[0].narrow(1, 1, 3), -1.5);
                });
    double[] expected = new double[20];
    Arrays.setAll(expected, i -> i % 5 >= 1 && i % 5 <= 3 ? -1.5 : 0);
    Expect.close("fill of a cut", whole, expected, 0, 0);
  }

  private short[] convert(int[] bits, DType type) {
    Backend be = lab().backend();
    Tensor floats = Tensor.empty(be, Shape.of(bits.length));
    MemorySegment.copy(bits, 0, floats.segment(), ValueLayout.JAVA_INT, 0, bits.length);
    Tensor half = Tensor.empty(be, type, floats.shape());
    be.copy().copy(floats, half);
    short[] result = half.segment().toArray(ValueLayout.JAVA_SHORT);
    release(floats, half);
    return result;
  }

  private static void release(Tensor... tensors) {
    for (Tensor tensor : tensors) {
      tensor.storage().release();
    }
  }
}
