package dev.jacquard.tensor.conformance;

import static org.assertj.core.api.Assertions.fail;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// `CopyKernels` to the last bit: every 16-bit number to f32, and to 16 bits every number half way
/// between two neighbours, those beside it, and a million others.
public interface RoundingConformance {
  Lab lab();

  /// A 16-bit type by its numbers.
  enum Format {
    BF16(DType.BF16, 8, -126),
    F16(DType.F16, 11, -14);

    final DType type;
    final int precision; // significant bits, the hidden one included
    final int minExponent;

    Format(DType type, int precision, int minExponent) {
      this.type = type;
      this.precision = precision;
      this.minExponent = minExponent;
    }

    /// The number that 16 bits stand for (IEEE 754, 3.4).
    double value(int bits) {
      int fraction = bits & (1 << precision - 1) - 1;
      int maxExponent = 1 - minExponent;
      int exponent = (bits & 0x7fff) >> precision - 1;
      double sign = bits >= 0x8000 ? -1 : 1;
      if (exponent == maxExponent - minExponent + 2) {
        return fraction == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
      }
      int hidden = exponent == 0 ? 0 : 1 << precision - 1;
      return sign
          * Math.scalb(
              (double) (fraction + hidden),
              Math.max(exponent, 1) - 1 + minExponent - (precision - 1));
    }

    /// The nearest number of the type, ties to even (IEEE 754, 4.3.1).
    double round(float x) {
      if (x == 0 || Float.isNaN(x) || Float.isInfinite(x)) {
        return x;
      }
      int exponent = Math.max(Math.getExponent((double) x), minExponent);
      double unit = Math.scalb(1.0, exponent - (precision - 1));
      double rounded = Math.rint(x / unit) * unit; // rint: ties to even; the quotient is exact
      boolean overflows = Math.abs(rounded) >= Math.scalb(1.0, 2 - minExponent);
      return overflows ? Math.copySign(Double.POSITIVE_INFINITY, x) : rounded;
    }
  }

  @ParameterizedTest
  @EnumSource
  default void copyWidensEveryNumberOf16Bits(Format format) {
    short[] bits = new short[1 << 16];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = (short) i;
    }
    int[] floats = TensorScope.call("widen", () -> widen(lab().backend(), format.type, bits));
    for (int i = 0; i < bits.length; i++) {
      double expected = format.value(i);
      requireSame(format + " " + Integer.toHexString(i), Float.intBitsToFloat(floats[i]), expected);
      if (format == Format.F16) {
        requireSame("JDK " + Integer.toHexString(i), Float.float16ToFloat(bits[i]), expected);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  default void copyRoundsHalfWayCasesToEven(Format format) {
    int[] cases = new int[6 * (1 << 15)];
    int n = 0;
    for (int i = 0; format.value(i) < Double.POSITIVE_INFINITY; i++) {
      double next = format.value(i + 1);
      double middle = Double.isInfinite(next) ? overflow(format) : (format.value(i) + next) / 2;
      float half = (float) middle; // exact: f32 has more bits
      for (float x : new float[] {half, Math.nextDown(half), Math.nextUp(half)}) {
        cases[n++] = Float.floatToRawIntBits(x);
        cases[n++] = Float.floatToRawIntBits(-x);
      }
    }
    checkRounding(format, Arrays.copyOf(cases, n));
  }

  private static double overflow(Format format) {
    return Math.scalb(1.0, 2 - format.minExponent) * (1 - Math.scalb(1.0, -format.precision - 1));
  }

  @ParameterizedTest
  @EnumSource
  default void copyRoundsAnyNumber(Format format) {
    SplittableRandom random = new SplittableRandom(Numbers.SEED);
    checkRounding(format, random.ints(1_000_003).toArray());
  }

  @ParameterizedTest
  @EnumSource
  default void copyRoundsTheEndsOfTheRange(Format format) {
    checkRounding(
        format,
        new int[] {
          0,
          0x80000000, // -0
          1, // the smallest subnormal
          0x007fffff,
          0x00800000, // the smallest normal
          0x7f7fffff, // the largest
          0xff7fffff,
          0x7f800000, // infinities
          0xff800000,
          0x7f800001, // a signalling NaN whose upper half is that of infinity
          0xff800001,
          0x7fffffff,
          0x7fc00000
        });
  }

  @Test
  default void copyRoundsTheSameAtEveryPlaceInAVector() {
    int[] same = new int[67];
    Arrays.fill(same, Float.floatToRawIntBits(1 + 0x3p-11f));
    for (Format format : Format.values()) {
      checkRounding(format, same);
    }
  }

  private void checkRounding(Format format, int[] cases) {
    short[] actual = TensorScope.call("narrow", () -> narrow(lab().backend(), format.type, cases));
    for (int i = 0; i < cases.length; i++) {
      float x = Float.intBitsToFloat(cases[i]);
      double expected = format.round(x);
      String what = format + " of " + Integer.toHexString(cases[i]);
      requireSame(what, format.value(actual[i] & 0xffff), expected);
      if (format == Format.F16) {
        requireSame("JDK " + what, Float.float16ToFloat(Float.floatToFloat16(x)), expected);
      }
    }
  }

  private static void requireSame(String what, double actual, double expected) {
    // unlike ==, this tells the zeros apart
    if (Double.doubleToLongBits(actual) != Double.doubleToLongBits(expected)) {
      fail("%s is %s; need %s", what, actual, expected);
    }
  }

  private static int[] widen(Backend backend, DType type, short[] bits) {
    Tensor half = Tensor.empty(backend, type, Shape.of(bits.length));
    MemorySegment.copy(bits, 0, half.segment(), ValueLayout.JAVA_SHORT, 0, bits.length);
    return half.to(DType.F32).segment().toArray(ValueLayout.JAVA_INT);
  }

  private static short[] narrow(Backend backend, DType type, int[] bits) {
    Tensor floats = Tensor.empty(backend, Shape.of(bits.length));
    MemorySegment.copy(bits, 0, floats.segment(), ValueLayout.JAVA_INT, 0, bits.length);
    return floats.to(type).segment().toArray(ValueLayout.JAVA_SHORT);
  }
}
