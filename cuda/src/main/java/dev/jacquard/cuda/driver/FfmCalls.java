package dev.jacquard.cuda.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.jacquard.tensor.shape.DeviceException;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Calls functions of NVIDIA's libraries, which are opened when they are first needed, and says
/// what went wrong. Thread-safe.
final class FfmCalls {
  private static final int NO_DEVICE = 100;
  private static final Set<Integer> STICKY =
      Set.of(214, 700, 702, 709, 710, 714, 715, 716, 717, 718, 719);

  private final @Nullable Path folder;
  private final Map<NativeLibrary, SymbolLookup> libraries = new EnumMap<>(NativeLibrary.class);
  private final Map<NativeCall, MethodHandle> handles = new ConcurrentHashMap<>();

  /// @param folder where the libraries are; null for wherever the system looks
  FfmCalls(@Nullable Path folder) {
    this.folder = folder;
  }

  /// Calls a function whose first parameter says where its result goes, a 32-bit number.
  int readInt(NativeCall call, Object... arguments) {
    return (int) readLong(call, arguments); // the upper half stays 0
  }

  /// As [#readInt], for 64 bits.
  long readLong(NativeCall call, Object... arguments) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment result = arena.allocate(JAVA_LONG);
      call(call, prepended(result, arguments));
      return result.get(JAVA_LONG, 0);
    }
  }

  /// Arguments with one more before them.
  static Object[] prepended(Object first, Object... rest) {
    Object[] all = new Object[rest.length + 1];
    all[0] = first;
    System.arraycopy(rest, 0, all, 1, rest.length);
    return all;
  }

  /// Calls a function that returns a status.
  ///
  /// @throws DeviceException if the status says that it failed
  void call(NativeCall call, Object... arguments) {
    check(call, codeOf(call, arguments));
  }

  /// The status that a function returns.
  int codeOf(NativeCall call, Object... arguments) {
    return (int) invoke(call, arguments);
  }

  private Object invoke(NativeCall call, Object... arguments) {
    MethodHandle handle = handles.computeIfAbsent(call, this::link);
    try {
      return (Object) handle.invokeExact(arguments);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(call.symbol(), e); // native functions throw nothing
    }
  }

  @SuppressWarnings("restricted") // the table of calls is checked against the headers
  private MethodHandle link(NativeCall call) {
    SymbolLookup library = lookup(call.library());
    if (library == null) {
      throw new DeviceException(call.library().missing(folder));
    }
    MemorySegment symbol =
        library
            .find(call.symbol())
            .orElseThrow(
                () ->
                    new DeviceException(
                        "cuda: the library is too old; %s lacks %s; update it"
                            .formatted(call.library(), call.symbol())));
    MethodHandle function = Linker.nativeLinker().downcallHandle(symbol, call.descriptor());
    int count = call.parameters().length();
    return function.asType(MethodType.genericMethodType(count)).asSpreader(Object[].class, count);
  }

  /// Whether a library is there.
  boolean has(NativeLibrary library) {
    return lookup(library) != null;
  }

  private synchronized @Nullable SymbolLookup lookup(NativeLibrary library) {
    SymbolLookup found = libraries.get(library);
    if (found == null) {
      found = library.find(folder);
      if (found != null) {
        libraries.put(library, found);
      }
    }
    return found;
  }

  // ---- errors ----

  /// Refuses a status other than success.
  ///
  /// @throws DeviceException with what the library says of it
  void check(NativeCall call, int code) {
    if (code != 0) {
      throw failure(call, code);
    }
  }

  private DeviceException failure(NativeCall call, int code) {
    return switch (call.library()) {
      case DRIVER -> new DeviceException(driverFailure(call, code));
      case COMPILER ->
          new DeviceException(
              "cuda: %s failed; NVRTC says %s; check that NVRTC and the driver fit together"
                  .formatted(call.symbol(), compilerError(code)));
      case BLAS ->
          new DeviceException(
              "cuda: %s failed; cuBLAS status %d; check that cuBLAS and the driver fit together"
                  .formatted(call.symbol(), code));
    };
  }

  private String driverFailure(NativeCall call, int code) {
    String seen =
        "%s: %s (%s, %d)"
            .formatted(
                call.symbol(),
                driverText(NativeCall.ERROR_STRING, code),
                driverText(NativeCall.ERROR_NAME, code),
                code);
    if (code == NO_DEVICE) {
      return "cuda: no device; %s; is a GPU plugged in and visible (CUDA_VISIBLE_DEVICES)?"
          .formatted(seen);
    }
    if (STICKY.contains(code)) {
      return "cuda: a kernel failed and took the device from this process; %s; start the process anew"
          .formatted(seen);
    }
    return "cuda: a call failed; %s; the call's documentation says when".formatted(seen);
  }

  private String driverText(NativeCall call, int code) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(ADDRESS);
      return codeOf(call, code, text) == 0 ? string(text.get(ADDRESS, 0)) : "unknown error";
    }
  }

  private String compilerError(int code) {
    return string((MemorySegment) invoke(NativeCall.COMPILER_ERROR, code));
  }

  @SuppressWarnings("restricted") // texts of the libraries end with a zero
  private static String string(MemorySegment pointer) {
    return pointer.reinterpret(Long.MAX_VALUE).getString(0);
  }
}
