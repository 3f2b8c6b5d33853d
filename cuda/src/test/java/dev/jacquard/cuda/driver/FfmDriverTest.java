package dev.jacquard.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.cuda.Emulator;
import dev.jacquard.tensor.shape.DeviceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The binding through the JDK's foreign functions, against the emulated libraries.
class FfmDriverTest implements CudaDriverContract {
  private FfmDriver driver;
  private long bytesBefore;

  @BeforeEach
  void open() {
    driver = Emulator.driver();
    driver.useContext(driver.retainContext(0));
    bytesBefore = Emulator.liveBytes();
  }

  @AfterEach
  void close() {
    if (driver != null) {
      driver.releaseContext(0);
      assertThat(Emulator.liveBytes()).as("memory of the device").isEqualTo(bytesBefore);
    }
  }

  @Override
  public CudaDriver driver() {
    return driver;
  }

  @Test
  void saysThatThereIsNoDriver(@TempDir Path empty) {
    assertThatThrownBy(() -> FfmDriver.open(empty))
        .isInstanceOf(DeviceException.class)
        .hasMessage(
            "cuda: the NVIDIA driver was not found; tried libcuda.so.1 in %s; install NVIDIA's driver, 450 or newer"
                .formatted(empty));
  }

  @Test
  void saysWhichLibraryIsMissing(@TempDir Path folder) throws IOException {
    Files.createSymbolicLink(
        folder.resolve("libcuda.so.1"), Emulator.folder().resolve("libcuda.so.1"));
    FfmDriver alone = FfmDriver.open(folder);
    assertThat(alone.hasBlas()).isFalse();
    assertThatThrownBy(alone::compilerTargets)
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("NVRTC was not found; tried libnvrtc.so.13, libnvrtc.so.12")
        .hasMessageContaining("install the CUDA toolkit");
    assertThatThrownBy(() -> alone.createBlas(0))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("cuBLAS was not found");
  }

  @Test
  void saysThatTheDriverIsTooOld() {
    Emulator.pretend(10_020, false);
    try {
      assertThatThrownBy(Emulator::driver)
          .isInstanceOf(DeviceException.class)
          .hasMessageContaining("the driver is too old; it supports CUDA 10.2; need 11.0");
    } finally {
      Emulator.pretend(13_000, false);
    }
  }

  @Test
  void saysThatThereIsNoDevice() {
    Emulator.pretend(13_000, true);
    try {
      assertThatThrownBy(Emulator::driver)
          .isInstanceOf(DeviceException.class)
          .hasMessageContaining("cuda: no device; cuInit: no CUDA-capable device")
          .hasMessageContaining("CUDA_ERROR_NO_DEVICE, 100");
    } finally {
      Emulator.pretend(13_000, false);
    }
  }
}
