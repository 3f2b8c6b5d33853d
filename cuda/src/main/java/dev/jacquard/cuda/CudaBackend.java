package dev.jacquard.cuda;

import dev.jacquard.cuda.driver.CudaDriver;
import dev.jacquard.cuda.kernel.CudaAttention;
import dev.jacquard.cuda.kernel.CudaConvolution;
import dev.jacquard.cuda.kernel.CudaCopy;
import dev.jacquard.cuda.kernel.CudaElementwise;
import dev.jacquard.cuda.kernel.CudaIndex;
import dev.jacquard.cuda.kernel.CudaMatmul;
import dev.jacquard.cuda.kernel.CudaNorm;
import dev.jacquard.cuda.kernel.CudaOptimizer;
import dev.jacquard.cuda.kernel.CudaReduce;
import dev.jacquard.cuda.kernel.CudaResize;
import dev.jacquard.cuda.kernel.CudaRotary;
import dev.jacquard.cuda.kernel.CudaScan;
import dev.jacquard.cuda.kernel.CudaSoftmax;
import dev.jacquard.cuda.kernel.CudaSort;
import dev.jacquard.cuda.kernel.Kernels;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.KernelGroups;
import dev.jacquard.tensor.memory.NativePool;
import dev.jacquard.tensor.memory.Storage;
import dev.jacquard.tensor.shape.Device;

/// One NVIDIA GPU. Every kernel group of the CPU has its kernels here; none falls back to another
/// backend.
///
/// Tensors lie in managed memory, which host and device reach under the same address: the host may
/// read and write elements as on the CPU, and waits for the kernels that were asked for when it
/// does. Kernels run in one stream, in the order in which threads ask for them.
public final class CudaBackend implements Backend {
  private final int device;
  private final Kernels kernels;
  private final KernelGroups groups;

  /// Opens a device.
  ///
  /// @param driver how to reach it
  /// @param device its number, from 0
  /// @throws dev.jacquard.tensor.shape.DeviceException if there is no such device
  public CudaBackend(CudaDriver driver, int device) {
    this.device = device;
    this.kernels = new Kernels(driver, device);
    this.groups =
        new KernelGroups(
            new CudaCopy(kernels),
            new CudaElementwise(kernels),
            new CudaReduce(kernels),
            new CudaMatmul(kernels),
            new CudaConvolution(kernels),
            new CudaResize(kernels),
            new CudaNorm(kernels),
            new CudaSoftmax(kernels),
            new CudaAttention(kernels),
            new CudaRotary(kernels),
            new CudaIndex(kernels),
            new CudaSort(kernels),
            new CudaScan(kernels),
            new CudaOptimizer(kernels));
  }

  @Override
  public String name() {
    return "cuda";
  }

  @Override
  public Device device() {
    return new Device("cuda", device);
  }

  @Override
  public Storage allocate(long bytes) {
    return Storage.allocate(kernels.pool(), bytes);
  }

  @Override
  public NativePool pool() {
    return kernels.pool();
  }

  @Override
  public KernelGroups groups() {
    return groups;
  }

  @Override
  public void close() {
    kernels.close();
  }
}
