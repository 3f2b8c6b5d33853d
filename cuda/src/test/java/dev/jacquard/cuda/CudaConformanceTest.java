package dev.jacquard.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.tensor.conformance.BackendConformance;
import dev.jacquard.tensor.conformance.Lab;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// All kernels and operators on the emulated GPU, as the CPU must pass them.
class CudaConformanceTest implements BackendConformance {
  private static Lab lab;

  @BeforeAll
  static void open() {
    lab = new Lab(_ -> new CudaBackend(Emulator.driver(), 0), 1);
  }

  @Override
  public Lab lab() {
    return lab;
  }

  @AfterAll
  static void close() {
    if (lab != null) {
      lab.close();
      assertThat(Emulator.liveBytes()).as("memory of the device that was not freed").isZero();
    }
  }
}
