package dev.jacquard.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.cuda.driver.CudaDriver;
import dev.jacquard.cuda.driver.LaunchShape;
import dev.jacquard.tensor.shape.DeviceException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The emulator itself: each kind of fault that it is there for makes a test fail.
class EmulatorTest {
  private static final int COUNT = 100;

  private static final String KERNELS =
      """
      extern "C" __global__ void good(int* x, int n) {
        int i = (int)(blockIdx.x * blockDim.x + threadIdx.x);
        if (i < n) {
          x[i] = i;
        }
      }
      extern "C" __global__ void without_bound(int* x, int) {
        x[blockIdx.x * blockDim.x + threadIdx.x] = 1;
      }
      extern "C" __global__ void reads_before(const int* x, int* y) {
        y[0] = x[-1];
      }
      extern "C" __global__ void without_barrier(int* x, int n) {
        __shared__ int shared[64];
        shared[threadIdx.x] = n;
        x[threadIdx.x] = shared[63 - threadIdx.x];
      }
      extern "C" __global__ void with_barrier(int* x, int n) {
        __shared__ int shared[64];
        shared[threadIdx.x] = n + (int)threadIdx.x;
        __syncthreads();
        x[threadIdx.x] = shared[63 - threadIdx.x];
      }
      extern "C" __global__ void barrier_for_some(int* x, int n) {
        if ((int)threadIdx.x < n) {
          __syncthreads();
        }
        x[threadIdx.x] = n;
      }
      """;

  private CudaDriver driver;
  private long module;
  private long memory;

  @BeforeEach
  void open() {
    driver = Emulator.driver();
    driver.useContext(driver.retainContext(0));
    List<String> options = List.of("--gpu-architecture=compute_80");
    module = driver.loadModule(driver.compile("faults.cu", KERNELS, options));
    memory = driver.allocateManaged(4 * COUNT);
  }

  @AfterEach
  void close() {
    if (driver != null) {
      Emulator.reset();
      if (memory != 0) {
        driver.free(memory);
      }
      driver.unloadModule(module);
      driver.releaseContext(0);
      assertThat(Emulator.liveBytes()).as("memory of the device").isZero();
    }
  }

  @Test
  void rightKernelsPass() {
    run("good", new LaunchShape(1, 1, 128), COUNT);
    run("with_barrier", new LaunchShape(1, 1, 64), 5);
    driver.await();
    MemorySegment x = MemorySegment.ofAddress(memory).reinterpret(4 * COUNT);
    assertThat(x.getAtIndex(JAVA_INT, 0)).isEqualTo(5 + 63);
    assertThat(x.getAtIndex(JAVA_INT, 99)).isEqualTo(99);
  }

  @Test
  void kernelsRunWhenSomebodyWaits() {
    MemorySegment x = MemorySegment.ofAddress(memory).reinterpret(4 * COUNT);
    run("good", new LaunchShape(1, 1, 128), COUNT);
    assertThat(x.getAtIndex(JAVA_INT, 7)).as("read without waiting").isNotEqualTo(7);
    driver.await();
    assertThat(x.getAtIndex(JAVA_INT, 7)).isEqualTo(7);
  }

  @Test
  void seesAWriteBehindTheEnd() {
    run("without_bound", new LaunchShape(1, 1, 128), COUNT);
    assertFails(
        "kernel without_bound, block (0, 0), thread 100: write of 4 bytes 0 bytes behind the end of"
            + " a block of 400",
        "CUDA_ERROR_ILLEGAL_ADDRESS, 700");
  }

  @Test
  void seesAReadBeforeTheStart() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment parameters = arena.allocateFrom(JAVA_LONG, memory, memory);
      driver.launch(
          driver.function(module, "reads_before"), new LaunchShape(1, 1, 1), parameters, 0);
    }
    assertFails("thread 0: read of 4 bytes", "ILLEGAL_ADDRESS");
  }

  @Test
  void afterSuchAnErrorNothingWorks() {
    run("without_bound", new LaunchShape(1, 1, 128), COUNT);
    assertThatThrownBy(driver::await).isInstanceOf(DeviceException.class);
    assertThatThrownBy(() -> driver.allocate(4))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("a kernel failed and took the device from this process")
        .hasMessageContaining("start the process anew");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1025, blocks of 1025 threads",
    "1, 1, 0, blocks of 0 threads",
    "0, 1, 32, grid of 0 x 1",
    "1, 65536, 32, grid of 1 x 65536"
  })
  void seesALaunchBeyondTheLimits(int blocksX, int blocksY, int threads, String what) {
    assertThatThrownBy(() -> run("good", new LaunchShape(blocksX, blocksY, threads), COUNT))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("cuLaunchKernel: kernel good: " + what)
        .hasMessageContaining("CUDA_ERROR_INVALID_VALUE");
  }

  @Test
  void seesTooManyBlocksForTheMemory() {
    run("with_barrier", new LaunchShape(1, 1, 64), COUNT);
    assertThatCode(driver::await).doesNotThrowAnyException();
    run("without_bound", new LaunchShape(4, 1, 32), COUNT); // 128 threads for 100 elements
    assertFails("block (3, 0), thread 4: write of 4 bytes 0 bytes behind the end", "700");
  }

  @Test
  void seesAUseAfterFree() {
    driver.free(memory);
    assertThatThrownBy(() -> run("good", new LaunchShape(1, 1, 128), COUNT))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining(
            "parameter 0 points to no memory of the device: in memory that was freed");
    assertThatThrownBy(() -> driver.free(memory))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("freed what is no live allocation");
    memory = 0;
  }

  @Test
  void seesParametersOfAnotherNumber() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment parameters = arena.allocateFrom(JAVA_LONG, memory);
      assertThatThrownBy(
              () ->
                  driver.launch(
                      driver.function(module, "good"), new LaunchShape(1, 1, 1), parameters, 0))
          .isInstanceOf(DeviceException.class)
          .hasMessageContaining("kernel good: 8 bytes of parameters; need 12");
    }
  }

  @Test
  void seesARaceInSharedMemory() {
    run("without_barrier", new LaunchShape(1, 1, 64), 1);
    assertFails("without a barrier", "CUDA_ERROR_LAUNCH_FAILED");
  }

  @Test
  void seesABarrierThatNotAllReach() {
    run("barrier_for_some", new LaunchShape(1, 1, 64), 40);
    assertFails("24 threads ended while 40 wait at a barrier", "CUDA_ERROR_LAUNCH_FAILED");
  }

  private void assertFails(String what, String code) {
    assertThatThrownBy(driver::await)
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining(what)
        .hasMessageContaining(code);
  }

  private void run(String kernel, LaunchShape shape, int n) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment parameters = arena.allocate(12, Long.BYTES);
      parameters.set(JAVA_LONG, 0, memory);
      parameters.set(JAVA_INT, 8, n);
      driver.launch(driver.function(module, kernel), shape, parameters, 0);
    }
  }
}
