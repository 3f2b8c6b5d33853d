package dev.jacquard.cuda;

import dev.jacquard.cuda.driver.CudaDriver;
import dev.jacquard.cuda.driver.FfmDriver;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.BackendProvider;
import dev.jacquard.tensor.shape.DeviceException;

/// Finds NVIDIA's driver and opens a GPU.
public final class CudaBackendProvider implements BackendProvider {
  /// Name of the system property with the number of the GPU, from 0.
  public static final String DEVICE_PROPERTY = "jacquard.cuda.device";

  /// Called by [java.util.ServiceLoader].
  public CudaBackendProvider() {}

  @Override
  public String name() {
    return "cuda";
  }

  @Override
  public boolean isAvailable() {
    return problem().isEmpty();
  }

  @Override
  public String problem() {
    try {
      CudaDriver driver = FfmDriver.open();
      driver.deviceName(Integer.getInteger(DEVICE_PROPERTY, 0));
      driver.compilerTargets();
      return "";
    } catch (DeviceException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Override
  public Backend create(int threads) {
    return new CudaBackend(FfmDriver.open(), Integer.getInteger(DEVICE_PROPERTY, 0));
  }
}
