package dev.jacquard.tensor.backend.cpu;

import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.conformance.BackendConformance;
import dev.jacquard.tensor.conformance.Lab;
import org.junit.jupiter.api.AfterAll;

class CpuConformanceTest implements BackendConformance {
  private static final Lab LAB = new Lab(threads -> Backends.byName("cpu", threads), Lab.THREADS);

  @Override
  public Lab lab() {
    return LAB;
  }

  @AfterAll
  static void close() {
    LAB.close();
  }
}
