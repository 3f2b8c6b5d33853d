package dev.jacquard.tensor.backend.reference;

import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.conformance.BackendConformance;
import dev.jacquard.tensor.conformance.Lab;
import org.junit.jupiter.api.AfterAll;

class ReferenceConformanceTest implements BackendConformance {
  private static final Lab LAB = new Lab(threads -> Backends.byName("reference", threads), 1);

  @Override
  public Lab lab() {
    return LAB;
  }

  @AfterAll
  static void close() {
    LAB.close();
  }
}
