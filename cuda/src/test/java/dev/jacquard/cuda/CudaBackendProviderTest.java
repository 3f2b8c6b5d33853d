package dev.jacquard.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.cuda.driver.FfmDriver;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.BackendProvider;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.memory.Storage;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.DeviceException;
import dev.jacquard.tensor.shape.NativeMemoryException;
import dev.jacquard.tensor.shape.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The backend as users reach it, by name.
class CudaBackendProviderTest {
  @AfterEach
  void forget() {
    System.clearProperty(FfmDriver.FOLDER_PROPERTY);
    System.clearProperty(CudaBackendProvider.DEVICE_PROPERTY);
  }

  private static void emulate() {
    System.setProperty(FfmDriver.FOLDER_PROPERTY, Emulator.folder().toString());
  }

  @Test
  void isFoundByName() {
    emulate();
    try (Backend gpu = Backends.byName("cuda", 1)) {
      Tensor x = Tensor.of(gpu, Shape.of(2, 2), 1, 2, 3, 4);
      assertThat(x.matmul(x).toFloats()).containsExactly(7, 10, 15, 22);
      assertThat(gpu.device()).hasToString("cuda:0");
    }
    assertThat(Emulator.liveBytes()).isZero();
  }

  @Test
  void otherDevicesCanBeChosen() {
    emulate();
    System.setProperty(CudaBackendProvider.DEVICE_PROPERTY, "1");
    try (Backend gpu = Backends.byName("cuda", 1)) {
      assertThat(gpu.device()).hasToString("cuda:1");
    }
    System.setProperty(CudaBackendProvider.DEVICE_PROPERTY, "2");
    assertThatThrownBy(() -> Backends.byName("cuda", 1))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining(
            "\"cuda\" cannot run; cuda: no device of that number; 2; there are 2");
  }

  @Test
  void saysWhatIsMissing(@TempDir Path empty) {
    System.setProperty(FfmDriver.FOLDER_PROPERTY, empty.toString());
    BackendProvider provider = new CudaBackendProvider();
    assertThat(provider.isAvailable()).isFalse();
    assertThat(provider.problem()).contains("the NVIDIA driver was not found", empty.toString());
  }

  @Test
  void outOfMemoryIsSaidAndSurvived() {
    emulate();
    try (Backend gpu = Backends.byName("cuda", 1)) {
      assertThatThrownBy(() -> Tensor.empty(gpu, Shape.of(1L << 40)))
          .isInstanceOf(NativeMemoryException.class)
          .hasMessageContaining("4,398,046,511,104 bytes asked for");
      assertThat(Tensor.full(gpu, Shape.of(3), 2).scale(3).toFloats()).containsExactly(6, 6, 6);
    }
  }

  @Test
  void memoryOfTheHostIsCopiedOnce() {
    emulate();
    try (Backend gpu = Backends.byName("cuda", 1);
        Arena arena = Arena.ofConfined()) {
      MemorySegment file = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 2, 3, 4);
      Storage mapped = Storage.external(file);
      Tensor w = Tensor.wrap(gpu, mapped, DType.F32, Shape.of(4));
      assertThat(w.narrow(0, 1, 2).scale(10).toFloats()).containsExactly(20, 30);
      long blocks = gpu.pool().liveBlocks();
      Tensor twice = w.scale(2);
      assertThat(twice.toFloats()).containsExactly(2, 4, 6, 8);
      assertThat(gpu.pool().liveBlocks()).as("the result alone").isEqualTo(blocks + 1);
    }
  }
}
