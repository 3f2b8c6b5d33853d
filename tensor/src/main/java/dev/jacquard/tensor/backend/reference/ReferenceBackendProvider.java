package dev.jacquard.tensor.backend.reference;

import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.BackendProvider;

/// Starts the reference backend, which runs everywhere.
public final class ReferenceBackendProvider implements BackendProvider {
  /// Called by [java.util.ServiceLoader].
  public ReferenceBackendProvider() {}

  @Override
  public String name() {
    return "reference";
  }

  @Override
  public boolean isAvailable() {
    return true;
  }

  @Override
  public String problem() {
    return "";
  }

  @Override
  public Backend create(int threads) {
    return new ReferenceBackend();
  }
}
