package dev.jacquard.tensor.backend;

/// Makes backends of one name; found with [java.util.ServiceLoader].
public interface BackendProvider {
  /// Name by which users choose the backend.
  ///
  /// @return for example `"cpu"`
  String name();

  /// Whether the backend can run on this machine.
  ///
  /// @return false if hardware, driver or JVM module is missing
  boolean isAvailable();

  /// Why the backend is not available, and what to do about it.
  ///
  /// @return one sentence; empty if it is available
  String problem();

  /// Starts a backend.
  ///
  /// @param threads number of threads that compute, the caller's included; ignored by devices that
  ///   have their own
  /// @return a new backend, closed by the caller
  Backend create(int threads);
}
