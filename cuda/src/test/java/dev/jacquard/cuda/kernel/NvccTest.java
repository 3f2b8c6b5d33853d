package dev.jacquard.cuda.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// NVIDIA's own compiler takes every kernel without a warning, for three generations of devices,
/// and keeps all variables in registers. As a program this class prints the table of the README.
class NvccTest {
  private static final List<String> FILES =
      List.of(
          "copy",
          "elementwise",
          "reduce",
          "matmul",
          "convolution",
          "resize",
          "norm",
          "softmax",
          "attention",
          "rotary",
          "index",
          "sort",
          "scan",
          "optimizer");
  private static final List<String> TARGETS = List.of("75", "80", "90");

  /// What ptxas says of a kernel.
  record Use(String target, String kernel, int spilledBytes, int registers, int sharedBytes) {}

  static List<String> files() {
    return FILES;
  }

  @ParameterizedTest
  @MethodSource("files")
  void compilesWithoutWarningsOrSpills(String file, @TempDir Path folder) throws Exception {
    assumeTrue(run(folder, List.of("nvcc", "--version")) == 0, "no nvcc: kernels are not checked");
    List<Use> uses = compile(file, folder);
    assertThat(uses).hasSizeGreaterThanOrEqualTo(TARGETS.size());
    assertThat(uses).allSatisfy(use -> assertThat(use.spilledBytes).isZero());
  }

  /// Prints registers and shared memory of each kernel.
  public static void main(String[] ignored) throws Exception {
    Path folder = Files.createTempDirectory("kernels");
    System.out.println("| kernel | registers sm_75, sm_80, sm_90 | shared memory | spilled |");
    System.out.println("|---|---|---|---|");
    for (String file : FILES) {
      Map<String, List<Use>> byKernel =
          compile(file, folder).stream()
              .collect(Collectors.groupingBy(Use::kernel, TreeMap::new, Collectors.toList()));
      byKernel.forEach(
          (kernel, uses) -> {
            String registers =
                uses.stream()
                    .sorted(Comparator.comparing(Use::target))
                    .map(use -> "" + use.registers)
                    .collect(Collectors.joining(", "));
            int spilled = uses.stream().mapToInt(Use::spilledBytes).sum();
            int shared = uses.stream().mapToInt(Use::sharedBytes).max().orElse(0);
            System.out.printf(
                "| `%s` `%s` | %s | %d | %d |%n", file, kernel, registers, shared, spilled);
          });
    }
  }

  private static List<Use> compile(String file, Path folder) throws Exception {
    Files.writeString(folder.resolve(file + ".cu"), Kernels.source(file));
    List<String> command = new ArrayList<>(List.of("nvcc", "--std=c++17", "-fatbin"));
    command.addAll(List.of("--Werror=all-warnings", "-Xptxas", "-v", "-o", "out", file + ".cu"));
    for (String target : TARGETS) {
      command.add("-gencode=arch=compute_%s,code=sm_%s".formatted(target, target));
    }
    int code = run(folder, command);
    String log = Files.readString(folder.resolve("log"));
    assertThat(code).as(log).isZero();
    Pattern entry =
        Pattern.compile(
            "Compiling entry function '(\\w+)' for 'sm_(\\d+)'.*?(\\d+) bytes spill stores"
                + ".*?Used (\\d+) registers([^\\n]*)",
            Pattern.DOTALL);
    return entry
        .matcher(log)
        .results()
        .map(
            m -> {
              Matcher smem = Pattern.compile("(\\d+) bytes smem").matcher(m.group(5));
              int shared = smem.find() ? Integer.parseInt(smem.group(1)) : 0;
              int spilled = Integer.parseInt(m.group(3));
              return new Use(m.group(2), m.group(1), spilled, Integer.parseInt(m.group(4)), shared);
            })
        .toList();
  }

  private static int run(Path folder, List<String> command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("log").toFile())
              .start();
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).as(command.toString()).isTrue();
      return process.exitValue();
    } catch (IOException _) { // there is no such program
      return -1;
    }
  }
}
