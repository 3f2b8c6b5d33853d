package dev.jacquard.cuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jacquard.cuda.driver.FfmDriver;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// NVIDIA's libraries without a GPU, built by g++ from `emulator.cc` when a test first asks. Where
/// there is no g++, tests that ask are skipped.
public final class Emulator {
  private static final String[] SOURCES = {"emulator.cc", "device.h", "cuda_names.h"};
  private static final String[] OTHER_NAMES = {"libnvrtc.so.13", "libcublas.so.13"};

  private static @Nullable Path folder;

  private Emulator() {}

  /// The folder with the libraries.
  public static synchronized Path folder() {
    assumeTrue(hasCompiler(), "no g++ on this machine: the emulated GPU cannot be built");
    if (folder == null) {
      try {
        folder = build(Files.createTempDirectory("jacquard-emulator"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return folder;
  }

  /// A driver of emulated devices.
  public static FfmDriver driver() {
    return FfmDriver.open(folder());
  }

  /// Bytes of device memory that were taken and not given back.
  public static long liveBytes() {
    try {
      return (long)
          handle("emulator_live_bytes", FunctionDescriptor.of(ValueLayout.JAVA_LONG)).invokeExact();
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /// Lets the devices work again after a kernel failed, which no real one does.
  public static void reset() {
    try {
      handle("emulator_reset", FunctionDescriptor.ofVoid()).invokeExact();
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /// Lets the next drivers find another machine.
  ///
  /// @param version CUDA version of its driver
  /// @param isWithoutDevice whether it has no GPU
  public static void pretend(int version, boolean isWithoutDevice) {
    try {
      FunctionDescriptor type =
          FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
      handle("emulator_pretend", type).invokeExact(version, isWithoutDevice ? 1 : 0);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private static MethodHandle handle(String name, FunctionDescriptor type) {
    SymbolLookup library =
        SymbolLookup.libraryLookup(folder().resolve("libcuda.so.1"), Arena.global());
    return Linker.nativeLinker().downcallHandle(library.find(name).orElseThrow(), type);
  }

  private static boolean hasCompiler() {
    try {
      return System.getProperty("os.name").equals("Linux") && run(Path.of("."), "g++", "-v") == 0;
    } catch (IOException _) {
      return false;
    }
  }

  private static Path build(Path target) throws IOException {
    for (String source : SOURCES) {
      try (InputStream in = Emulator.class.getResourceAsStream("emulator/" + source)) {
        Files.copy(in, target.resolve(source));
      }
    }
    int code =
        run(
            target,
            "g++",
            "-std=c++20",
            "-O2",
            "-fPIC",
            "-shared",
            "-U_FORTIFY_SOURCE", // whose longjmp refuses to change stacks
            "-o",
            "libcuda.so.1",
            "emulator.cc",
            "-ldl");
    if (code != 0) {
      throw new AssertionError(
          "emulator.cc does not compile: " + Files.readString(target.resolve("log")));
    }
    for (String name : OTHER_NAMES) {
      Files.createSymbolicLink(target.resolve(name), Path.of("libcuda.so.1"));
    }
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(target)));
    return target;
  }

  private static int run(Path folder, String... command) throws IOException {
    Path log =
        folder.equals(Path.of(".")) ? Files.createTempFile("log", "") : folder.resolve("log");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      if (!process.waitFor(5, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IOException(command[0] + " does not end");
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static void delete(Path target) {
    try (var files = Files.list(target)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(target);
    } catch (IOException _) { // the system empties its folder of temporary files
    }
  }
}
