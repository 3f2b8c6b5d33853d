package dev.jacquard.cuda.driver;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.cuda.driver.CudaDriver.Product;
import dev.jacquard.tensor.shape.DeviceException;
import dev.jacquard.tensor.shape.NativeMemoryException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What every binding to NVIDIA's libraries must do, call by call. Written for the emulated device;
/// the tests that ask for an error which takes a real device from its process are elsewhere.
interface CudaDriverContract {
  int COMPUTE_CAPABILITY_MAJOR = 75;
  List<String> OPTIONS = List.of("--gpu-architecture=compute_75", "--std=c++17");

  String SCALE =
      """
      extern "C" __global__ void scale(const float* x, float factor, int n, float* y) {
        int i = (int)(blockIdx.x * blockDim.x + threadIdx.x);
        if (i < n) {
          y[i] = factor * x[i];
        }
      }
      """;

  /// A driver with the context of device 0 current.
  CudaDriver driver();

  @Test
  default void namesVersionAndDevices() {
    assertThat(driver().version()).isGreaterThanOrEqualTo(11_000);
    assertThat(driver().deviceCount()).isPositive();
    assertThat(driver().deviceName(0)).isNotEmpty();
    assertThat(driver().deviceBytes(0)).isGreaterThan(1 << 20);
    assertThat(driver().deviceAttribute(0, COMPUTE_CAPABILITY_MAJOR)).isBetween(5, 20);
    assertThat(driver().compilerTargets()).isSorted().contains(80);
  }

  @Test
  default void refusesDevicesThatAreNotThere() {
    int count = driver().deviceCount();
    for (int device : new int[] {-1, count}) {
      assertThatThrownBy(() -> driver().deviceName(device))
          .isInstanceOf(DeviceException.class)
          .hasMessage(
              "cuda: no device of that number; %d; there are %d, numbered from 0"
                  .formatted(device, count));
    }
  }

  @Test
  default void copiesToTheDeviceOnItAndBack() {
    try (Arena arena = Arena.ofConfined()) {
      long a = driver().allocate(400);
      long b = driver().allocate(400);
      long stream = driver().createStream();
      MemorySegment from = arena.allocate(400);
      for (int i = 0; i < 100; i++) {
        from.setAtIndex(JAVA_INT, i, i * i);
      }
      driver().copyToDevice(a, from, stream);
      driver().fill(a + 40, 0xabcd, 10, stream);
      driver().copyOnDevice(a, b, 400, stream);
      MemorySegment to = arena.allocate(400);
      driver().copyToHost(b, to, stream);
      driver().awaitStream(stream);
      for (int i = 0; i < 100; i++) {
        assertThat(to.getAtIndex(JAVA_INT, i)).isEqualTo(i >= 10 && i < 20 ? 0xabcd : i * i);
      }
      driver().destroyStream(stream);
      driver().free(a);
      driver().free(b);
    }
  }

  @Test
  default void refusesMoreMemoryThanThereIsAndGoesOn() {
    long free = driver().freeBytes();
    assertThatThrownBy(() -> driver().allocate(1L << 50))
        .isInstanceOf(NativeMemoryException.class)
        .hasMessageContaining("1,125,899,906,842,624 bytes asked for")
        .hasMessageContaining("free");
    long block = driver().allocate(1 << 20);
    assertThat(driver().freeBytes()).isLessThan(free);
    driver().free(block);
    assertThat(driver().freeBytes()).isEqualTo(free);
  }

  @Test
  default void compilesLoadsAndRunsAKernelOnManagedMemory() {
    int n = 1000;
    long x = driver().allocateManaged(4L * n);
    long y = driver().allocateManaged(4L * n);
    MemorySegment xs = MemorySegment.ofAddress(x).reinterpret(4L * n);
    for (int i = 0; i < n; i++) {
      xs.setAtIndex(JAVA_FLOAT, i, i);
    }
    long module = driver().loadModule(driver().compile("scale.cu", SCALE, OPTIONS));
    launch(driver().function(module, "scale"), new LaunchShape(4, 1, 256), x, 3, n, y);
    driver().await();
    MemorySegment ys = MemorySegment.ofAddress(y).reinterpret(4L * n);
    for (int i = 0; i < n; i++) {
      assertThat(ys.getAtIndex(JAVA_FLOAT, i)).isEqualTo(3f * i);
    }
    driver().unloadModule(module);
    driver().free(x);
    driver().free(y);
  }

  @Test
  default void machineCodeLoadsAsPtxDoes() {
    int own = 10 * driver().deviceAttribute(0, 75) + driver().deviceAttribute(0, 76);
    byte[] image = driver().compile("scale.cu", SCALE, List.of("--gpu-architecture=sm_" + own));
    long module = driver().loadModule(image);
    assertThat(driver().function(module, "scale")).isNotZero();
    driver().unloadModule(module);
  }

  @Test
  default void showsTheLogOfAKernelThatDoesNotCompile() {
    String wrong = SCALE.replace("factor * x[i]", "factor * nowhere[i]");
    assertThatThrownBy(() -> driver().compile("wrong.cu", wrong, OPTIONS))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("kernels do not compile; wrong.cu with --gpu-architecture=compute_75")
        .hasMessageContaining("wrong.cu")
        .hasMessageContaining("nowhere");
  }

  @Test
  default void refusesKernelsAndImagesThatAreNotThere() {
    long module = driver().loadModule(driver().compile("scale.cu", SCALE, OPTIONS));
    assertThatThrownBy(() -> driver().function(module, "scales"))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("cuModuleGetFunction")
        .hasMessageContaining("CUDA_ERROR_NOT_FOUND");
    driver().unloadModule(module);
    assertThatThrownBy(() -> driver().loadModule(new byte[] {1, 2, 3}))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("cuModuleLoadData");
  }

  @Test
  default void streamsWaitForEventsOfOthers() {
    try (Arena arena = Arena.ofConfined()) {
      long memory = driver().allocate(4);
      long first = driver().createStream();
      long second = driver().createStream();
      long start = driver().createEvent();
      long written = driver().createEvent();
      driver().recordEvent(start, first);
      driver().fill(memory, 7, 1, first);
      driver().recordEvent(written, first);
      driver().streamWaits(second, written);
      MemorySegment to = arena.allocate(4);
      driver().copyToHost(memory, to, second);
      driver().awaitStream(second);
      assertThat(to.get(JAVA_INT, 0)).isEqualTo(7);
      driver().awaitEvent(written);
      assertThat(driver().elapsedMillis(start, written)).isBetween(0f, 60_000f);
      driver().destroyEvent(start);
      driver().destroyEvent(written);
      driver().destroyStream(first);
      driver().destroyStream(second);
      driver().free(memory);
    }
  }

  /// Column-major: `C [2, 3] = 2 · A [2, 2] · Bᵀ + C`, two of them.
  @Test
  default void multipliesMatrices() {
    assertThat(driver().hasBlas()).isTrue();
    long stream = driver().createStream();
    long blas = driver().createBlas(stream);
    long memory = driver().allocateManaged(4 * 32);
    MemorySegment numbers = MemorySegment.ofAddress(memory).reinterpret(4 * 32);
    for (int i = 0; i < 32; i++) {
      numbers.setAtIndex(JAVA_FLOAT, i, i);
    }
    long b = memory + 4 * 8;
    long c = memory + 4 * 20;
    Product product = new Product(false, true, 2, 3, 2, 2, 3, 2, 2, 1, 4, 6, 6, 2);
    driver().multiply(blas, product, memory, b, c);
    driver().awaitStream(stream);
    for (int matrix = 0; matrix < 2; matrix++) {
      for (int i = 0; i < 2; i++) {
        for (int j = 0; j < 3; j++) {
          float expected = 20 + 6 * matrix + 2 * j + i;
          for (int k = 0; k < 2; k++) {
            expected += 2f * (4 * matrix + 2 * k + i) * (8 + 6 * matrix + 3 * k + j);
          }
          assertThat(numbers.getAtIndex(JAVA_FLOAT, 20 + 6 * matrix + 2 * j + i))
              .isEqualTo(expected);
        }
      }
    }
    driver().destroyBlas(blas);
    driver().destroyStream(stream);
    driver().free(memory);
  }

  /// Runs [#SCALE].
  default void launch(long function, LaunchShape shape, long x, float factor, int n, long y) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment parameters = arena.allocate(24, Long.BYTES);
      parameters.set(JAVA_LONG, 0, x);
      parameters.set(JAVA_FLOAT, 8, factor);
      parameters.set(JAVA_INT, 12, n);
      parameters.set(JAVA_LONG, 16, y);
      driver().launch(function, shape, parameters, 0);
    }
  }
}
