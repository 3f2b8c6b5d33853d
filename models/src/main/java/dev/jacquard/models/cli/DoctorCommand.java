package dev.jacquard.models.cli;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.OperatingSystemMXBean;
import dev.jacquard.tensor.backend.BackendProvider;
import dev.jacquard.tensor.backend.Backends;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `jacquard doctor`: what this machine offers, and what to do about what is missing.
///
/// A line is `ok`, `note` (slower than it could be, or an extra that is absent) or `problem`. Only
/// a problem makes the exit code 1.
@Command(
    name = "doctor",
    description = "Show JDK, kernels, memory and CUDA libraries; say what to do about problems.")
final class DoctorCommand implements Callable<Integer> {

  /// One line of the report.
  record Finding(String item, String found, String state, String advice) {
    static Finding ok(String item, String found) {
      return new Finding(item, found, "ok", "");
    }

    static Finding note(String item, String found, String advice) {
      return new Finding(item, found, "note", advice);
    }

    static Finding problem(String item, String found, String advice) {
      return new Finding(item, found, "problem", advice);
    }
  }

  private static final int WANTED_JDK = 25;
  private static final long WANTED_FREE_MEMORY = 2L << 30;
  private static final Path HUGE_PAGES = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");
  private static final List<String> CUDA_FOLDERS =
      List.of(
          "/usr/lib/x86_64-linux-gnu",
          "/usr/lib/aarch64-linux-gnu",
          "/usr/lib64",
          "/usr/lib",
          "/usr/lib/wsl/lib",
          "/usr/local/cuda/lib64",
          "/usr/local/nvidia/lib64",
          "/opt/cuda/lib64");

  @Mixin private final GlobalOptions options = new GlobalOptions();

  @Override
  public Integer call() throws IOException {
    List<Finding> findings = examine();
    Table table = new Table("item", "state", "found", "what to do");
    findings.forEach(f -> table.row(f.item(), f.state(), f.found(), f.advice()));
    options.print(table);
    boolean healthy = findings.stream().noneMatch(f -> f.state().equals("problem"));
    return healthy ? ExitCode.DONE : ExitCode.CHECK_FAILED;
  }

  static List<Finding> examine() throws IOException {
    List<Finding> findings = new ArrayList<>();
    findings.add(jdk(Runtime.version().feature()));
    findings.add(Finding.ok("processors", processors()));
    findings.add(vectors());
    for (BackendProvider provider : Backends.providers()) {
      findings.add(backend(provider));
    }
    findings.add(memory());
    findings.add(Finding.ok("Java heap", mebibytes(Runtime.getRuntime().maxMemory()) + " at most"));
    if (Files.exists(HUGE_PAGES)) {
      String tunables = System.getenv().getOrDefault("GLIBC_TUNABLES", "");
      findings.add(hugePages(Files.readString(HUGE_PAGES).strip(), tunables));
    }
    List<Path> folders = libraryFolders(System.getenv("LD_LIBRARY_PATH"), CUDA_FOLDERS);
    findings.add(cuda("libcuda", folders, "install the NVIDIA driver to compute on a GPU"));
    findings.add(cuda("libnvrtc", folders, "install the CUDA toolkit to compile GPU kernels"));
    findings.add(cuda("libcublas", folders, "install the CUDA toolkit for fast GPU products"));
    return findings;
  }

  static Finding jdk(int feature) {
    String found = Runtime.version() + ", " + System.getProperty("java.vendor");
    return feature >= WANTED_JDK
        ? Finding.ok("JDK", found)
        : Finding.problem("JDK", found, "set JAVA_HOME to a JDK " + WANTED_JDK + " or newer");
  }

  private static String processors() {
    String cores = Runtime.getRuntime().availableProcessors() + " cores, ";
    return cores + System.getProperty("os.arch") + ", " + System.getProperty("os.name");
  }

  /// The width that the JVM gives vectors; the Vector API's preferred species follow it.
  private static Finding vectors() {
    var jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    int bits = Integer.parseInt(jvm.getVMOption("MaxVectorSize").getValue()) * Byte.SIZE;
    return bits >= 256
        ? Finding.ok("vector width", bits + " bits")
        : Finding.note("vector width", bits + " bits", "a processor with AVX2 is faster");
  }

  private static Finding backend(BackendProvider provider) {
    String item = "backend " + provider.name();
    return provider.isAvailable()
        ? Finding.ok(item, "available")
        : Finding.problem(item, "not available", provider.problem());
  }

  private static Finding memory() {
    var machine = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long free = machine.getFreeMemorySize();
    String found =
        mebibytes(machine.getTotalMemorySize()) + ", " + mebibytes(free) + " of it unused";
    return free >= WANTED_FREE_MEMORY
        ? Finding.ok("memory", found)
        : Finding.note("memory", found, "training wants about 2048 MiB: close other programs");
  }

  static Finding hugePages(String setting, String tunables) {
    boolean asked = tunables.contains("glibc.malloc.hugetlb=1");
    if (setting.contains("[always]") || (setting.contains("[madvise]") && asked)) {
      return Finding.ok("huge pages", setting);
    }
    return setting.contains("[madvise]")
        ? Finding.note("huge pages", setting, "set GLIBC_TUNABLES=glibc.malloc.hugetlb=1")
        : Finding.note("huge pages", setting, "let an administrator set them to madvise");
  }

  static List<Path> libraryFolders(@Nullable String searchPath, List<String> usual) {
    Stream<String> own =
        searchPath == null ? Stream.of() : Stream.of(searchPath.split(File.pathSeparator));
    return Stream.concat(own, usual.stream())
        .filter(name -> !name.isEmpty())
        .map(Path::of)
        .filter(Files::isDirectory)
        .distinct()
        .toList();
  }

  static Finding cuda(String library, List<Path> folders, String advice) throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path folder : folders) {
      try (Stream<Path> files = Files.list(folder)) {
        files.filter(file -> isLibrary(file, library)).sorted().forEach(found::add);
      }
    }
    return found.isEmpty()
        ? Finding.note(library, "not found", advice)
        : Finding.ok(library, found.getFirst().toString());
  }

  private static boolean isLibrary(Path file, String library) {
    return String.valueOf(file.getFileName()).startsWith(library + ".so");
  }

  private static String mebibytes(long bytes) {
    return (bytes >> 20) + " MiB";
  }
}
