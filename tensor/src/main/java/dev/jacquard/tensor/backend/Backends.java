package dev.jacquard.tensor.backend;

import dev.jacquard.tensor.shape.DeviceException;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/// Finds backends on the class path or module path.
public final class Backends {
  private static final System.Logger LOG = System.getLogger(Backends.class.getName());
  private static final AtomicBoolean WARNED = new AtomicBoolean(); // once is enough

  private Backends() {}

  /// All backends that were found, available or not.
  ///
  /// @return one provider for each name
  public static List<BackendProvider> providers() {
    return ServiceLoader.load(BackendProvider.class, Backends.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .toList();
  }

  /// The fastest backend of the CPU, with a thread for each core. Without the Vector API this is
  /// the reference backend, and a warning says so.
  ///
  /// @return a new backend, closed by the caller
  public static Backend cpu() {
    return cpu(Runtime.getRuntime().availableProcessors());
  }

  /// The fastest backend of the CPU. Without the Vector API this is the reference backend, and one
  /// warning says so, however many backends are made.
  ///
  /// @param threads number of threads that compute, the caller's included
  /// @return a new backend, closed by the caller
  public static Backend cpu(int threads) {
    BackendProvider cpu = provider("cpu");
    if (!cpu.isAvailable()) {
      if (WARNED.compareAndSet(false, true)) {
        LOG.log(System.Logger.Level.WARNING, "slow reference kernels in use: " + cpu.problem());
      }
      return provider("reference").create(1);
    }
    return cpu.create(threads);
  }

  /// A backend by name.
  ///
  /// @param name `"cpu"`, `"reference"`, `"cuda"`
  /// @param threads number of threads that compute, the caller's included
  /// @return a new backend, closed by the caller
  /// @throws DeviceException if there is none of that name, or it cannot run here
  public static Backend byName(String name, int threads) {
    BackendProvider provider = provider(name);
    if (!provider.isAvailable()) {
      throw new DeviceException(
          "backend: \"%s\" cannot run; %s".formatted(name, provider.problem()));
    }
    return provider.create(threads);
  }

  private static BackendProvider provider(String name) {
    List<BackendProvider> found = providers();
    return found.stream()
        .filter(p -> p.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new DeviceException(
                    "backend: none of that name; \"%s\"; have %s"
                        .formatted(
                            name,
                            found.stream()
                                .map(BackendProvider::name)
                                .collect(Collectors.joining(", ")))));
  }
}
