package dev.jacquard.tensor.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.DTypeException;
import dev.jacquard.tensor.shape.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// `CopyKernels` to and from blocks of 32, byte by byte as in the definition of ggml's
/// `quantize_row_q8_0_ref` and `quantize_row_q4_0_ref`.
public interface QuantizedConformance {
  Lab lab();

  /// The quantised types.
  enum Blocks {
    Q8_0(DType.Q8_0) {
      @Override
      void write(float[] x, int from, ByteBuffer to) {
        float amax = 0;
        for (int j = 0; j < 32; j++) {
          amax = Math.max(amax, Math.abs(x[from + j]));
        }
        float d = amax / 127;
        float id = d != 0 ? 1 / d : 0;
        to.putShort(Float.floatToFloat16(d));
        for (int j = 0; j < 32; j++) {
          double v = x[from + j] * id; // the product is rounded to f32
          to.put((byte) (v < 0 ? Math.ceil(v - 0.5) : Math.floor(v + 0.5)));
        }
      }

      @Override
      float read(byte[] q, int j) {
        return q[2 + j];
      }
    },
    Q4_0(DType.Q4_0) {
      @Override
      void write(float[] x, int from, ByteBuffer to) {
        float max = 0;
        for (int j = 0; j < 32; j++) {
          if (Math.abs(max) < Math.abs(x[from + j])) {
            max = x[from + j];
          }
        }
        float d = max / -8;
        float id = d != 0 ? 1 / d : 0;
        to.putShort(Float.floatToFloat16(d));
        for (int j = 0; j < 16; j++) {
          float x0 = x[from + j] * id;
          float x1 = x[from + 16 + j] * id;
          int low = Math.min(15, (int) (x0 + 8.5f));
          int high = Math.min(15, (int) (x1 + 8.5f));
          to.put((byte) (low + 16 * high));
        }
      }

      @Override
      float read(byte[] q, int j) {
        int pair = Byte.toUnsignedInt(q[2 + j % 16]);
        return (j < 16 ? pair % 16 : pair / 16) - 8;
      }
    };

    final DType type;

    Blocks(DType type) {
      this.type = type;
    }

    abstract void write(float[] x, int from, ByteBuffer to);

    /// Number `j` of a block without its scale.
    abstract float read(byte[] block, int j);
  }

  @ParameterizedTest
  @EnumSource
  default void copyQuantizesAsDefined(Blocks blocks) {
    float[] x = numbers();
    ByteBuffer expected =
        ByteBuffer.allocate(x.length / 32 * blocks.type.blockBytes())
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < x.length; i += 32) {
      blocks.write(x, i, expected);
    }
    byte[] actual = TensorScope.call("quantise", () -> bytes(quantize(blocks.type, x)));
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i])
          .as("byte %d of block %d", i % blocks.type.blockBytes(), i / blocks.type.blockBytes())
          .isEqualTo(expected.get(i));
    }
    assertThat(actual).hasSize(expected.capacity());
  }

  /// Ordinary weights; ties; zeros; one number; extremes of the scale.
  private static float[] numbers() {
    SplittableRandom random = new SplittableRandom(Numbers.SEED);
    float[] x = new float[32 * 2000];
    for (int i = 0; i < x.length; i++) {
      int block = i / 32;
      double normal = 0.02 * random.nextGaussian();
      double scale = Math.scalb(1.0, block % 40 - 26); // scales from below f16's range to large
      x[i] =
          (float)
              switch (block % 8) {
                case 0 -> scale * (i % 32 == 5 ? 127 : random.nextInt(-254, 254) / 2.0); // ties
                case 1 -> scale * (i % 32 == 9 ? -8 : random.nextInt(-15, 15) / 2.0); // ties
                case 2 -> i % 32 == 3 ? normal : 0;
                case 3 -> block == 3 ? -0.0 : scale * normal;
                case 4 -> (i % 2 == 0 ? 1 : -1) * scale; // the first of equals decides
                default -> normal;
              };
    }
    for (int i = 0; i < 32; i++) { // about 0.5 in units of the scale, which is 1
      x[i] = i == 0 ? 127 : 0.5f + (i - 16) * Math.ulp(0.25f);
    }
    return x;
  }

  @ParameterizedTest
  @EnumSource
  default void copyDequantizesExactly(Blocks blocks) {
    SplittableRandom random = new SplittableRandom(Numbers.SEED);
    int count = 1003;
    int size = blocks.type.blockBytes();
    byte[] stored = new byte[count * size];
    random.nextBytes(stored);
    for (int b = 0; b < count; b++) {
      stored[b * size + 1] &= 0xbb; // exponents below 30: no infinity or NaN
    }
    float[] actual =
        lab()
            .runOne(
                Shape.of(count * 32),
                (be, out) -> {
                  Tensor q = Tensor.empty(be, blocks.type, Shape.of(count, 32));
                  q.segment().copyFrom(MemorySegment.ofArray(stored));
                  be.copy().copy(q.reshape(count * 32L), out[0]);
                });
    for (int i = 0; i < actual.length; i++) {
      byte[] block = Arrays.copyOfRange(stored, i / 32 * size, (i / 32 + 1) * size);
      short d = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN).getShort();
      double expected = (double) Float.float16ToFloat(d) * blocks.read(block, i % 32);
      assertThat((double) actual[i]).as("element %d", i).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @EnumSource
  default void copyBetweenStorageTypesPassesThroughF32(Blocks blocks) {
    float[] x = numbers();
    for (DType other : DType.values()) {
      if (other.isFloating() && other != blocks.type) {
        TensorScope.run(
            "storage types",
            () -> {
              Tensor start = quantize(other, x);
              Tensor unpacked = start.to(DType.F32);
              requireSame(other + " to " + blocks, start.to(blocks.type), unpacked.to(blocks.type));
              Tensor back = quantize(blocks.type, x);
              Tensor floats = back.to(DType.F32);
              requireSame(blocks + " to " + other, back.to(other), floats.to(other));
            });
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  default void copyReadsAndWritesSomeRows(Blocks blocks) {
    float[] x = Arrays.copyOf(numbers(), 6 * 96);
    float[] rows =
        lab()
            .runOne(
                Shape.of(2, 96),
                (be, out) -> {
                  Tensor q = Tensor.empty(be, blocks.type, Shape.of(6, 96));
                  be.copy().fill(q, 0);
                  q.narrow(0, 3, 2).copyFrom(Tensor.of(be, Shape.of(6, 96), x).narrow(0, 1, 2));
                  be.copy().copy(q.narrow(0, 3, 2), out[0]);
                });
    float[] expected =
        TensorScope.call(
            "rows",
            () -> quantize(blocks.type, Arrays.copyOfRange(x, 96, 288)).to(DType.F32).toFloats());
    assertThat(rows).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource
  default void fillSetsEveryElementOfABlock(Blocks blocks) {
    float[] y =
        lab()
            .runOne(
                Shape.of(3, 64),
                (be, out) -> {
                  Tensor q = Tensor.empty(be, blocks.type, out[0].shape());
                  be.copy().fill(q, -127 * 8);
                  be.copy().copy(q, out[0]);
                });
    for (float v : y) {
      assertThat(v).isEqualTo(-127 * 8f);
    }
  }

  @Test
  default void refusesRowsThatCutABlock() {
    assertThatThrownBy(() -> Tensor.empty(lab().backend(), DType.Q8_0, Shape.of(4, 33)))
        .isInstanceOf(DTypeException.class)
        .hasMessageContaining("[4, 33]")
        .hasMessageContaining("multiple of 32");
    TensorScope.run(
        "cut",
        () -> {
          Tensor q = Tensor.empty(lab().backend(), DType.Q4_0, Shape.of(2, 64));
          assertThatThrownBy(() -> q.narrow(1, 16, 32).segment())
              .isInstanceOf(DTypeException.class)
              .hasMessageContaining("16 elements cut a block of Q4_0");
        });
  }

  private Tensor quantize(DType type, float[] x) {
    return Tensor.of(lab().backend(), Shape.of(x.length / 32, 32), x).to(type);
  }

  private static void requireSame(String what, Tensor actual, Tensor expected) {
    assertThat(Arrays.mismatch(bytes(actual), bytes(expected))).as(what).isEqualTo(-1);
  }

  private static byte[] bytes(Tensor x) {
    return x.segment().toArray(ValueLayout.JAVA_BYTE);
  }
}
