package dev.jacquard.tensor.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VectorWidthTest {
  @Test
  void widthIsTheOneAskedFor() {
    int asked = Integer.getInteger(VectorWidth.PROPERTY, VectorWidth.FLOATS.vectorBitSize());
    assertThat(VectorWidth.FLOATS.vectorBitSize()).isEqualTo(asked);
    assertThat(VectorWidth.LANES).isEqualTo(asked / Float.SIZE);
    assertThat(VectorWidth.INTS.length()).isEqualTo(VectorWidth.LANES);
  }

  @ParameterizedTest
  @CsvSource({"amd64, 128, 16", "x86_64, 256, 16", "amd64, 512, 32", "aarch64, 128, 32"})
  void registersFollowTheProcessor(String architecture, int bits, int registers) {
    assertThat(VectorWidth.registers(architecture, bits)).isEqualTo(registers);
  }

  /// A tile of the matrix product, a row of vectors of `B` and a number of `A` fit into registers.
  @Test
  void blocksOfTheMatrixProductFitIntoRegisters() {
    int accumulators = GemmKernels.ROWS * GemmKernels.VECTORS;
    assertThat(accumulators + GemmKernels.VECTORS + 1).isLessThanOrEqualTo(VectorWidth.REGISTERS);
    assertThat(accumulators).as("enough to hide the latency").isGreaterThanOrEqualTo(12);
    assertThat(GemmKernels.VECTORS).isEqualTo(VectorWidth.REGISTERS == 32 ? 4 : 3);
  }
}
