package dev.jacquard.jpeg.color;

import jdk.incubator.vector.IntVector;

/// Whether the Vector API can be used, decided once.
///
/// It can where the module `jdk.incubator.vector` has been resolved (`--add-modules
/// jdk.incubator.vector`) and the processor has vectors of 256 bits or more, one row of a block;
/// elsewhere plain loops give the same results. The system property `jacquard.jpeg.vectors=false`
/// asks for the loops too.
public final class Vectors {
  /// Whether to use vectors.
  public static final boolean AVAILABLE =
      Boolean.parseBoolean(System.getProperty("jacquard.jpeg.vectors", "true"))
          && ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
          && IntVector.SPECIES_PREFERRED.length() >= 8;

  /// Whether vectors of 512 bits are better than those of 256.
  public static final boolean ARE_WIDE = AVAILABLE && IntVector.SPECIES_PREFERRED.length() >= 16;

  private Vectors() {}
}
