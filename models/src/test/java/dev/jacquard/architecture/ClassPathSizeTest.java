package dev.jacquard.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassPathSizeTest {

  private static final long LIMIT_BYTES = 10_000_000;

  @Test
  void everythingButFastutilStaysUnderTenMegabytes() throws IOException {
    List<Path> entries = RuntimeClassPath.entries();
    List<Path> counted = entries.stream().filter(entry -> !isFastutil(entry)).toList();
    assertThat(counted).hasSize(entries.size() - 1).hasSizeGreaterThan(5);
    assertThat(counted.stream().mapToLong(RuntimeClassPath::sizeBytes).sum())
        .as("bytes of %s", counted)
        .isLessThan(LIMIT_BYTES);
  }

  @Test
  void fastutilAloneWouldBreakTheLimit() throws IOException {
    assertThat(RuntimeClassPath.entries())
        .filteredOn(ClassPathSizeTest::isFastutil)
        .allSatisfy(jar -> assertThat(RuntimeClassPath.sizeBytes(jar)).isGreaterThan(LIMIT_BYTES));
  }

  private static boolean isFastutil(Path entry) {
    return entry.getFileName().toString().startsWith("fastutil-");
  }
}
