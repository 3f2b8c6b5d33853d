package dev.jacquard.tensor.backend.cpu;

import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.BackendProvider;

/// Finds the Vector API and starts the CPU backend.
public final class CpuBackendProvider implements BackendProvider {
  private static final String VECTOR_MODULE = "jdk.incubator.vector";

  /// Called by [java.util.ServiceLoader].
  public CpuBackendProvider() {}

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public boolean isAvailable() {
    return ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent();
  }

  @Override
  public String problem() {
    return isAvailable()
        ? ""
        : "the Vector API is not loaded; start the JVM with --add-modules " + VECTOR_MODULE;
  }

  @Override
  public Backend create(int threads) {
    return new CpuBackend(threads);
  }
}
