package dev.jacquard.tensor.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The memory of the machine.
public final class MachineMemory {
  private static final Path SYSTEM = Path.of("/proc/meminfo");
  private static final Path GROUP = Path.of("/sys/fs/cgroup");

  private MachineMemory() {}

  /// What programs can still take without pushing each other out, pages of files that the system
  /// keeps for speed included.
  ///
  /// @return bytes; `Long.MAX_VALUE` where the system does not say
  public static long availableBytes() {
    return Math.min(systemBytes(SYSTEM), groupBytes(GROUP));
  }

  /// What Linux says of the whole machine.
  static long systemBytes(Path file) {
    try (var lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith("MemAvailable:"))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(Long.MAX_VALUE);
    } catch (IOException | RuntimeException _) { // another system: nothing is known
      return Long.MAX_VALUE;
    }
  }

  /// What a container leaves: its limit less what is used, pages of files not counted.
  static long groupBytes(Path folder) {
    try {
      String limit = Files.readString(folder.resolve("memory.max")).strip();
      long used = Long.parseLong(Files.readString(folder.resolve("memory.current")).strip());
      List<String> statistics = Files.readAllLines(folder.resolve("memory.stat"));
      long files =
          statistics.stream()
              .filter(line -> line.startsWith("file "))
              .mapToLong(line -> Long.parseLong(line.substring(5)))
              .sum();
      return limit.equals("max") ? Long.MAX_VALUE : Long.parseLong(limit) - used + files;
    } catch (IOException | RuntimeException _) { // no container
      return Long.MAX_VALUE;
    }
  }
}
