package dev.jacquard.cuda.kernel;

import dev.jacquard.cuda.driver.CudaDriver;
import dev.jacquard.cuda.driver.LaunchShape;
import dev.jacquard.tensor.backend.TensorView;
import dev.jacquard.tensor.memory.NativePool;
import dev.jacquard.tensor.memory.Storage;
import dev.jacquard.tensor.shape.NativeMemoryException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// The compiled kernels of one device, and the stream in which they run. Each `.cu` file is
/// compiled when its first kernel is called. Thread-safe.
public final class Kernels {
  private static final int MAJOR = 75; // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR
  private static final int MINOR = 76;

  private final CudaDriver driver;
  private final int device;
  private final long context;
  private final long stream;
  private final Map<String, Long> modules = new ConcurrentHashMap<>();
  private final Map<String, Long> functions = new ConcurrentHashMap<>();
  private final AtomicLong launched = new AtomicLong();
  private volatile long awaited; // launches that have surely ended
  private final Mirrors mirrors = new Mirrors();
  private final NativePool pool = new NativePool(new ManagedMemory(), Long.MAX_VALUE);

  /// Opens a device.
  ///
  /// @param driver how to reach it
  /// @param device its number
  public Kernels(CudaDriver driver, int device) {
    this.driver = driver;
    this.device = device;
    this.context = driver.retainContext(device);
    driver.useContext(context);
    this.stream = driver.createStream();
  }

  /// Blocks that host and device reach under the same address. The driver moves pages to whoever
  /// touches them; the host waits for the kernels first.
  private final class ManagedMemory implements NativePool.Source {
    private final List<Long> blocks = new ArrayList<>(); // guarded by the pool

    @Override
    @SuppressWarnings("restricted") // the driver vouches for the size
    public MemorySegment allocate(long bytes) {
      driver.useContext(context);
      try {
        long address = driver.allocateManaged(bytes);
        blocks.add(address);
        return MemorySegment.ofAddress(address).reinterpret(bytes);
      } catch (NativeMemoryException e) {
        OutOfMemoryError error = new OutOfMemoryError(e.getMessage());
        error.initCause(e);
        throw error; // the pool says how much is in use
      }
    }

    @Override
    public Runnable fence() {
      return Kernels.this::await;
    }

    @Override
    public void close() {
      blocks.forEach(driver::free);
    }
  }

  /// Where tensors of this device lie.
  ///
  /// @return the pool, closed with the kernels
  public NativePool pool() {
    return pool;
  }

  /// Begins a call.
  ///
  /// @param file the `.cu` file without its ending
  /// @param kernel its name there
  /// @return a call without parameters
  Launch call(String file, String kernel) {
    return new Launch(this, file, kernel);
  }

  /// Where a kernel finds a tensor. Memory of the host, such as a mapped file, is copied first, and
  /// the copy kept as long as the memory.
  long address(TensorView x) {
    Storage storage = x.storage();
    if (!storage.isExternal()) {
      return x.address();
    }
    return mirrors.of(storage, pool, this::await) + x.address() - storage.address();
  }

  /// Runs a kernel after all that were run before.
  void run(String file, String kernel, LaunchShape shape, MemorySegment parameters) {
    driver.useContext(context);
    driver.launch(function(file, kernel), shape, parameters, stream);
    launched.incrementAndGet();
  }

  /// Waits for all kernels that any thread has asked for.
  public void await() {
    long upTo = launched.get();
    if (awaited >= upTo) {
      return;
    }
    synchronized (this) {
      if (awaited < upTo) {
        driver.useContext(context);
        driver.awaitStream(stream);
        awaited = upTo;
      }
    }
  }

  /// Gives the device back.
  public void close() {
    driver.useContext(context);
    driver.awaitStream(stream);
    pool.close();
    modules.values().forEach(driver::unloadModule);
    driver.destroyStream(stream);
    driver.releaseContext(device);
  }

  private long function(String file, String kernel) {
    Long known = functions.get(kernel);
    if (known != null) {
      return known;
    }
    long module = modules.computeIfAbsent(file, this::load);
    return functions.computeIfAbsent(kernel, name -> driver.function(module, name));
  }

  private long load(String file) {
    List<String> options = List.of("--gpu-architecture=" + target(), "--std=c++17");
    return driver.loadModule(driver.compile(file + ".cu", source(file), options));
  }

  /// Machine code if the compiler knows the device, else PTX of the newest architecture below.
  private String target() {
    int own = 10 * driver.deviceAttribute(device, MAJOR) + driver.deviceAttribute(device, MINOR);
    List<Integer> known = driver.compilerTargets();
    int newest = known.stream().filter(t -> t <= own).mapToInt(t -> t).max().orElse(own);
    return (newest == own ? "sm_" : "compute_") + newest;
  }

  /// What the compiler gets for a `.cu` file.
  static String source(String file) {
    return text("common.cuh") + "#line 1 \"" + file + ".cu\"\n" + text(file + ".cu");
  }

  private static String text(String name) {
    try (InputStream in = Kernels.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new AssertionError("no resource " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cuda: kernels cannot be read; " + name, e);
    }
  }
}
