package dev.jacquard.cuda.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One of NVIDIA's libraries, under its names of several versions and systems, newest first.
enum NativeLibrary {
  DRIVER(
      "the NVIDIA driver", "install NVIDIA's driver, 450 or newer", "libcuda.so.1", "nvcuda.dll"),
  COMPILER(
      "NVRTC",
      "install the CUDA toolkit (11, 12 or 13) or its package nvrtc",
      "libnvrtc.so.13 libnvrtc.so.12 libnvrtc.so.11.2 libnvrtc.so.11",
      "nvrtc64_130_0.dll nvrtc64_120_0.dll nvrtc64_112_0.dll"),
  BLAS(
      "cuBLAS",
      "install the CUDA toolkit (11, 12 or 13) or its package cublas",
      "libcublas.so.13 libcublas.so.12 libcublas.so.11",
      "cublas64_13.dll cublas64_12.dll cublas64_11.dll");

  private static final System.Logger LOG = System.getLogger(NativeLibrary.class.getName());

  private final String title;
  private final String remedy;
  private final String linuxNames; // with spaces between
  private final String windowsNames;

  NativeLibrary(String title, String remedy, String linuxNames, String windowsNames) {
    this.title = title;
    this.remedy = remedy;
    this.linuxNames = linuxNames;
    this.windowsNames = windowsNames;
  }

  /// File names to try on this system.
  List<String> names() {
    boolean isWindows = System.getProperty("os.name").startsWith("Windows");
    return List.of((isWindows ? windowsNames : linuxNames).split(" "));
  }

  /// Loads the first that is there, for the rest of the process.
  ///
  /// @param folder where to look; null for wherever the system looks
  /// @return null if there is none
  @SuppressWarnings("restricted") // NVIDIA's libraries are trusted
  @Nullable SymbolLookup find(@Nullable Path folder) {
    for (String name : names()) {
      try {
        if (folder == null) {
          return SymbolLookup.libraryLookup(name, Arena.global());
        }
        if (Files.exists(folder.resolve(name))) {
          return SymbolLookup.libraryLookup(folder.resolve(name), Arena.global());
        }
      } catch (IllegalArgumentException e) { // the next may be there; `missing` names all
        LOG.log(System.Logger.Level.DEBUG, "cuda: %s does not load".formatted(name), e);
      }
    }
    return null;
  }

  /// A sentence for a user who lacks it.
  ///
  /// @param folder where it was looked for; null for wherever the system looks
  String missing(@Nullable Path folder) {
    String where = folder == null ? "" : " in " + folder;
    return "cuda: %s was not found; tried %s%s; %s"
        .formatted(title, String.join(", ", names()), where, remedy);
  }
}
