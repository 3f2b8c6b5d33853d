package dev.jacquard.tensor.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.junit.jupiter.api.Test;

class VectorMathTest {
  /// Visits one in 9973 of all bit patterns, NaN and subnormal ones too.
  private static final int STEP = 9973;

  @FunctionalInterface
  private interface Scalar {
    float apply(float x);
  }

  @Test
  void expIsNearlyCorrectlyRounded() {
    assertThat(worstUlp(VectorMath::exp, Math::exp)).isLessThan(1.02);
  }

  @Test
  void logIsNearlyCorrectlyRounded() {
    assertThat(worstUlp(VectorMath::log, Math::log)).isLessThan(0.85);
  }

  @Test
  void tanhIsNearlyCorrectlyRounded() {
    assertThat(worstUlp(x -> VectorMath.tanh(x, VectorMath.tanhPower(x)), Math::tanh))
        .isLessThan(1.33);
  }

  @Test
  void sigmoidIsNearlyCorrectlyRounded() {
    assertThat(worstUlp(VectorMath::sigmoid, x -> 1 / (1 + Math.exp(-x)))).isLessThan(2.48);
  }

  @Test
  void limitsAreAsInMath() {
    assertThat(VectorMath.exp(Float.NEGATIVE_INFINITY)).isEqualTo(0f);
    assertThat(VectorMath.exp(0f)).isEqualTo(1f);
    assertThat(VectorMath.exp(88.72283f)).isLessThan(Float.POSITIVE_INFINITY);
    assertThat(VectorMath.exp(88.72284f)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(VectorMath.exp(Float.NaN)).isNaN();
    assertThat(VectorMath.log(1f)).isEqualTo(0f);
    assertThat(VectorMath.log(0f)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(VectorMath.log(-1f)).isNaN();
    assertThat(VectorMath.log(Float.MIN_VALUE)).isEqualTo((float) Math.log(Float.MIN_VALUE));
    assertThat(VectorMath.log(Float.POSITIVE_INFINITY)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(VectorMath.tanh(-0f, VectorMath.tanhPower(-0f))).isEqualTo(-0f);
    assertThat(
            VectorMath.tanh(Float.NEGATIVE_INFINITY, VectorMath.tanhPower(Float.NEGATIVE_INFINITY)))
        .isEqualTo(-1f);
    assertThat(VectorMath.sigmoid(Float.NEGATIVE_INFINITY)).isEqualTo(0f);
    assertThat(VectorMath.sigmoid(Float.POSITIVE_INFINITY)).isEqualTo(1f);
  }

  @Test
  void vectorsOfEveryWidthHaveTheBitsOfTheScalarTwin() {
    assertTwins(VectorMath::exp, VectorMath::exp);
    assertTwins(VectorMath::log, VectorMath::log);
    assertTwins(
        x -> VectorMath.tanh(x, VectorMath.tanhPower(x)),
        x -> VectorMath.tanh(x, VectorMath.tanhPower(x)));
    assertTwins(VectorMath::sigmoid, VectorMath::sigmoid);
  }

  private static double worstUlp(Scalar f, DoubleUnaryOperator exact) {
    double worst = 0;
    for (long bits = 0; bits < 1L << 32; bits += STEP) {
      float x = Float.intBitsToFloat((int) bits);
      double expected = exact.applyAsDouble(x);
      float y = f.apply(x);
      if (Double.isNaN(expected)) {
        assertThat(y).isNaN();
      } else if (Math.abs(expected) > Float.MAX_VALUE) {
        assertThat(y).isEqualTo((float) expected);
      } else if (Math.abs(expected) < Float.MIN_NORMAL) {
        assertThat(Math.abs(y)).isLessThanOrEqualTo(Float.MIN_NORMAL);
      } else {
        worst = Math.max(worst, Math.abs(y - expected) / Math.ulp((float) expected));
      }
    }
    return worst;
  }

  private static void assertTwins(UnaryOperator<FloatVector> vector, Scalar scalar) {
    assertTwins(vector, scalar, FloatVector.SPECIES_128);
    assertTwins(vector, scalar, FloatVector.SPECIES_256);
    assertTwins(vector, scalar, FloatVector.SPECIES_512);
  }

  private static void assertTwins(
      UnaryOperator<FloatVector> vector, Scalar scalar, VectorSpecies<Float> species) {
    float[] x = new float[species.length()];
    float[] y = new float[species.length()];
    for (long bits = 0; bits < 1L << 32; bits += 1000L * STEP) {
      for (int i = 0; i < x.length; i++) {
        x[i] = Float.intBitsToFloat((int) bits + i * STEP);
      }
      vector.apply(FloatVector.fromArray(species, x, 0)).intoArray(y, 0);
      for (int i = 0; i < x.length; i++) {
        assertThat(Float.floatToIntBits(y[i]))
            .as("%s lanes, x = %s", species.length(), x[i])
            .isEqualTo(Float.floatToIntBits(scalar.apply(x[i])));
      }
    }
  }
}
