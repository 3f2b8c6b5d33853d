package dev.jacquard.cuda.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.jacquard.tensor.shape.DeviceException;
import dev.jacquard.tensor.shape.NativeMemoryException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reaches the installed libraries through the foreign-function interface of the JDK: no native
/// code of our own, and nothing to install besides NVIDIA's driver. NVRTC and cuBLAS are looked for
/// when they are first needed. Thread-safe.
public final class FfmDriver implements CudaDriver {
  /// Name of the system property with the folder of the libraries; without it they are looked for
  /// where the system does.
  public static final String FOLDER_PROPERTY = "jacquard.cuda.libraries";

  private static final int OLDEST_VERSION = 11_000;
  private static final int OUT_OF_MEMORY = 2;
  private static final int UNSUPPORTED_PTX = 222;
  private static final int NO_BINARY_FOR_GPU = 209;

  private static final int ATTACH_GLOBAL = 1;
  private static final int NON_BLOCKING = 1;
  private static final long PARAMETER_BUFFER = 1; // CU_LAUNCH_PARAM_BUFFER_POINTER
  private static final long PARAMETER_BYTES = 2; // CU_LAUNCH_PARAM_BUFFER_SIZE
  private static final int NAME_BYTES = 256;

  private final FfmCalls calls;

  private FfmDriver(@Nullable Path folder) {
    calls = new FfmCalls(folder);
  }

  /// Finds the driver and starts it; the folder may be given by [#FOLDER_PROPERTY].
  ///
  /// @return a driver
  /// @throws DeviceException if there is none, or it is too old or does not start
  public static FfmDriver open() {
    String name = System.getProperty(FOLDER_PROPERTY, "");
    return open(name.isEmpty() ? null : Path.of(name));
  }

  /// Finds the driver in a folder and starts it.
  ///
  /// @param folder where the libraries are; null for wherever the system looks
  /// @return a driver
  /// @throws DeviceException if there is none, or it is too old or does not start
  public static FfmDriver open(@Nullable Path folder) {
    FfmDriver driver = new FfmDriver(folder);
    driver.calls.call(NativeCall.INIT, 0);
    int version = driver.version();
    if (version < OLDEST_VERSION) {
      throw new DeviceException(
          "cuda: the driver is too old; it supports CUDA %s; need %s: update NVIDIA's driver"
              .formatted(text(version), text(OLDEST_VERSION)));
    }
    return driver;
  }

  // ---- devices ----

  @Override
  public int version() {
    return calls.readInt(NativeCall.DRIVER_VERSION);
  }

  @Override
  public int deviceCount() {
    return calls.readInt(NativeCall.DEVICE_COUNT);
  }

  @Override
  public String deviceName(int device) {
    int handle = device(device);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocate(NAME_BYTES);
      calls.call(NativeCall.DEVICE_NAME, name, NAME_BYTES, handle);
      return name.getString(0);
    }
  }

  @Override
  public long deviceBytes(int device) {
    return calls.readLong(NativeCall.DEVICE_TOTAL_MEM, device(device));
  }

  @Override
  public int deviceAttribute(int device, int attribute) {
    return calls.readInt(NativeCall.DEVICE_ATTRIBUTE, attribute, device(device));
  }

  @Override
  public long retainContext(int device) {
    return calls.readLong(NativeCall.CONTEXT_RETAIN, device(device));
  }

  @Override
  public void releaseContext(int device) {
    calls.call(NativeCall.CONTEXT_RELEASE, device(device));
  }

  @Override
  public void useContext(long context) {
    calls.call(NativeCall.CONTEXT_SET, context);
  }

  @Override
  public void await() {
    calls.call(NativeCall.CONTEXT_SYNCHRONIZE);
  }

  private int device(int device) {
    int count = deviceCount();
    if (device < 0 || device >= count) {
      throw new DeviceException(
          "cuda: no device of that number; %d; there are %d, numbered from 0"
              .formatted(device, count));
    }
    return calls.readInt(NativeCall.DEVICE_GET, device);
  }

  // ---- memory ----

  @Override
  public long allocate(long bytes) {
    return readAllocation(NativeCall.MEM_ALLOC, bytes, bytes);
  }

  @Override
  public long allocateManaged(long bytes) {
    return readAllocation(NativeCall.MEM_ALLOC_MANAGED, bytes, bytes, ATTACH_GLOBAL);
  }

  private long readAllocation(NativeCall call, long bytes, Object... arguments) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment result = arena.allocate(JAVA_LONG);
      int code = calls.codeOf(call, FfmCalls.prepended(result, arguments));
      if (code == OUT_OF_MEMORY) {
        throw new NativeMemoryException(
            "cuda: out of device memory; %,d bytes asked for, %,d free; need memory given back, or smaller batches"
                .formatted(bytes, freeBytes()));
      }
      calls.check(call, code);
      return result.get(JAVA_LONG, 0);
    }
  }

  @Override
  public void free(long address) {
    calls.call(NativeCall.MEM_FREE, address);
  }

  @Override
  public long freeBytes() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment free = arena.allocate(JAVA_LONG);
      calls.call(NativeCall.MEM_INFO, free, arena.allocate(JAVA_LONG));
      return free.get(JAVA_LONG, 0);
    }
  }

  @Override
  public void copyToDevice(long to, MemorySegment from, long stream) {
    calls.call(NativeCall.COPY_TO_DEVICE, to, from, from.byteSize(), stream);
  }

  @Override
  public void copyToHost(long from, MemorySegment to, long stream) {
    calls.call(NativeCall.COPY_TO_HOST, to, from, to.byteSize(), stream);
  }

  @Override
  public void copyOnDevice(long from, long to, long bytes, long stream) {
    calls.call(NativeCall.COPY_ON_DEVICE, to, from, bytes, stream);
  }

  @Override
  public void fill(long to, int word, long count, long stream) {
    calls.call(NativeCall.FILL_WORDS, to, word, count, stream);
  }

  // ---- streams and events ----

  @Override
  public long createStream() {
    return calls.readLong(NativeCall.STREAM_CREATE, NON_BLOCKING);
  }

  @Override
  public void awaitStream(long stream) {
    calls.call(NativeCall.STREAM_SYNCHRONIZE, stream);
  }

  @Override
  public void destroyStream(long stream) {
    calls.call(NativeCall.STREAM_DESTROY, stream);
  }

  @Override
  public long createEvent() {
    return calls.readLong(NativeCall.EVENT_CREATE, 0);
  }

  @Override
  public void recordEvent(long event, long stream) {
    calls.call(NativeCall.EVENT_RECORD, event, stream);
  }

  @Override
  public void awaitEvent(long event) {
    calls.call(NativeCall.EVENT_SYNCHRONIZE, event);
  }

  @Override
  public void streamWaits(long stream, long event) {
    calls.call(NativeCall.STREAM_WAIT, stream, event, 0);
  }

  @Override
  public float elapsedMillis(long start, long end) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment millis = arena.allocate(JAVA_FLOAT);
      calls.call(NativeCall.EVENT_ELAPSED, millis, start, end);
      return millis.get(JAVA_FLOAT, 0);
    }
  }

  @Override
  public void destroyEvent(long event) {
    calls.call(NativeCall.EVENT_DESTROY, event);
  }

  // ---- kernels ----

  @Override
  public List<Integer> compilerTargets() {
    int count = calls.readInt(NativeCall.TARGET_COUNT);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment targets = arena.allocate(JAVA_INT, count);
      calls.call(NativeCall.TARGETS, targets);
      List<Integer> numbers = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        numbers.add(targets.getAtIndex(JAVA_INT, i));
      }
      return numbers;
    }
  }

  @Override
  public byte[] compile(String name, String source, List<String> options) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment program = arena.allocate(JAVA_LONG);
      MemorySegment none = MemorySegment.NULL;
      MemorySegment text = arena.allocateFrom(source);
      calls.call(NativeCall.PROGRAM_CREATE, program, text, arena.allocateFrom(name), 0, none, none);
      long handle = program.get(JAVA_LONG, 0);
      try {
        MemorySegment list = arena.allocate(ADDRESS, Math.max(1, options.size()));
        for (int i = 0; i < options.size(); i++) {
          list.setAtIndex(ADDRESS, i, arena.allocateFrom(options.get(i)));
        }
        if (calls.codeOf(NativeCall.PROGRAM_COMPILE, handle, options.size(), list) != 0) {
          byte[] log = readBytes(NativeCall.PROGRAM_LOG_SIZE, NativeCall.PROGRAM_LOG, handle);
          throw new DeviceException(
              "cuda: kernels do not compile; %s with %s; the compiler says:%n%s"
                  .formatted(name, String.join(" ", options), utf8(log)));
        }
        return options.stream().anyMatch(option -> option.contains("=sm_"))
            ? readBytes(NativeCall.CUBIN_SIZE, NativeCall.CUBIN, handle)
            : readBytes(NativeCall.PTX_SIZE, NativeCall.PTX, handle);
      } finally {
        calls.call(NativeCall.PROGRAM_DESTROY, program);
      }
    }
  }

  private static String utf8(byte[] zeroTerminated) {
    return MemorySegment.ofArray(zeroTerminated).getString(0).strip();
  }

  private byte[] readBytes(NativeCall size, NativeCall content, long program) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment length = arena.allocate(JAVA_LONG);
      calls.call(size, program, length);
      MemorySegment bytes = arena.allocate(length.get(JAVA_LONG, 0));
      calls.call(content, program, bytes);
      return bytes.toArray(JAVA_BYTE);
    }
  }

  @Override
  public long loadModule(byte[] image) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment module = arena.allocate(JAVA_LONG);
      // aligned for machine code, and ended by a zero for PTX
      MemorySegment bytes = arena.allocate(image.length + 1L, Long.BYTES);
      MemorySegment.copy(image, 0, bytes, JAVA_BYTE, 0, image.length);
      int code = calls.codeOf(NativeCall.MODULE_LOAD, module, bytes);
      if (code == UNSUPPORTED_PTX || code == NO_BINARY_FOR_GPU) {
        throw new DeviceException(
            "cuda: the driver is too old for the kernels; it supports CUDA %s; update NVIDIA's driver, or install an NVRTC of its version"
                .formatted(text(version())));
      }
      calls.check(NativeCall.MODULE_LOAD, code);
      return module.get(JAVA_LONG, 0);
    }
  }

  @Override
  public void unloadModule(long module) {
    calls.call(NativeCall.MODULE_UNLOAD, module);
  }

  @Override
  public long function(long module, String name) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment function = arena.allocate(JAVA_LONG);
      calls.call(NativeCall.MODULE_FUNCTION, function, module, arena.allocateFrom(name));
      return function.get(JAVA_LONG, 0);
    }
  }

  @Override
  public void launch(long function, LaunchShape shape, MemorySegment parameters, long stream) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocateFrom(JAVA_LONG, parameters.byteSize());
      MemorySegment extra =
          arena.allocateFrom(
              JAVA_LONG,
              PARAMETER_BUFFER,
              parameters.address(),
              PARAMETER_BYTES,
              bytes.address(),
              0);
      calls.call(
          NativeCall.LAUNCH,
          function,
          shape.blocksX(),
          shape.blocksY(),
          1,
          shape.threads(),
          1,
          1,
          0,
          stream,
          MemorySegment.NULL,
          extra);
    }
  }

  // ---- cuBLAS ----

  @Override
  public boolean hasBlas() {
    return calls.has(NativeLibrary.BLAS);
  }

  @Override
  public long createBlas(long stream) {
    long handle = calls.readLong(NativeCall.BLAS_CREATE);
    calls.call(NativeCall.BLAS_STREAM, handle, stream);
    return handle;
  }

  @Override
  public void destroyBlas(long handle) {
    calls.call(NativeCall.BLAS_DESTROY, handle);
  }

  @Override
  public void multiply(long handle, Product p, long a, long b, long c) {
    try (Arena arena = Arena.ofConfined()) {
      calls.call(
          NativeCall.BLAS_SGEMM,
          handle,
          p.transposeA() ? 1 : 0,
          p.transposeB() ? 1 : 0,
          p.m(),
          p.n(),
          p.k(),
          arena.allocateFrom(JAVA_FLOAT, p.alpha()),
          a,
          p.lda(),
          p.strideA(),
          b,
          p.ldb(),
          p.strideB(),
          arena.allocateFrom(JAVA_FLOAT, p.beta()),
          c,
          p.ldc(),
          p.strideC(),
          p.count());
    }
  }

  private static String text(int version) {
    return version / 1000 + "." + version % 1000 / 10;
  }
}
