package dev.jacquard.tensor.backend.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// The one place that chooses how wide vectors are: the widest that the processor likes, or the
/// number of bits in the system property `jacquard.vectorBits` (128, 256 or 512), with which tests
/// run the narrow kernels on a wide machine.
final class VectorWidth {
  /// Name of the system property.
  static final String PROPERTY = "jacquard.vectorBits";

  /// Vectors of `f32`.
  static final VectorSpecies<Float> FLOATS = choose();

  /// Vectors of `i32` with as many lanes as [#FLOATS].
  static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, FLOATS.vectorShape()); // same shape, same number of lanes

  /// Number of floats in a vector.
  static final int LANES = FLOATS.length();

  /// Number of vector registers, as far as kernels count on them.
  static final int REGISTERS = registers(System.getProperty("os.arch"), FLOATS.vectorBitSize());

  private VectorWidth() {}

  /// x86 has 16 registers, and 32 with AVX-512, which is where vectors of 512 bits are; a narrower
  /// width that was asked for stands for a processor without. ARM and RISC-V have 32.
  static int registers(String architecture, int bits) {
    return switch (architecture) {
      case "amd64", "x86_64", "x86" -> bits >= 512 ? 32 : 16;
      default -> 32;
    };
  }

  private static VectorSpecies<Float> choose() {
    int bits = Integer.getInteger(PROPERTY, FloatVector.SPECIES_PREFERRED.vectorBitSize());
    return switch (bits) {
      case 128, 256, 512 -> VectorSpecies.of(float.class, VectorShape.forBitSize(bits));
      default ->
          throw new IllegalArgumentException(
              "vector width: %s=%d is not supported; need 128, 256 or 512"
                  .formatted(PROPERTY, bits));
    };
  }
}
