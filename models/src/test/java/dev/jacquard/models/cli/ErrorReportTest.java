package dev.jacquard.models.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.tensor.shape.DeviceException;
import dev.jacquard.tensor.shape.ShapeException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ErrorReportTest {

  private final StringWriter text = new StringWriter();
  private final ErrorReport report = new ErrorReport(new PrintWriter(text));

  @Test
  void missingFileIsBadInputAndNamed() {
    assertThat(report.print(new NoSuchFileException("a.jpg"), false)).isEqualTo(3);
    assertThat(text).hasToString("jacquard: no such file or folder: a.jpg\n");
  }

  @Test
  void folderInPlaceOfAFileIsBadInput(@TempDir Path folder) {
    int code = ExitCode.DONE;
    try {
      Files.readAllBytes(folder);
    } catch (IOException e) {
      code = report.print(e, false);
    }
    assertThat(code).isEqualTo(ExitCode.BAD_INPUT);
  }

  @Test
  void wrappedFileErrorIsBadInput() {
    UncheckedIOException wrapped = new UncheckedIOException(new NoSuchFileException("a.jpg"));
    assertThat(report.print(wrapped, false)).isEqualTo(ExitCode.BAD_INPUT);
  }

  @Test
  void fullDiskLacksResources() {
    IOException full = new IOException("model.safetensors: No space left on device");
    assertThat(report.print(full, false)).isEqualTo(ExitCode.RESOURCES);
    assertThat(text.toString()).startsWith("jacquard: disk full; model.safetensors");
  }

  @Test
  void missingMemoryLacksResources() {
    assertThat(report.print(new OutOfMemoryError("Java heap space"), false)).isEqualTo(4);
    assertThat(text.toString()).contains("out of memory: Java heap space", "JACQUARD_JAVA_OPTS");
  }

  @Test
  void missingDeviceLacksResources() {
    DeviceException failure = new DeviceException("cuda: no device; driver found; need a GPU");
    assertThat(report.print(failure, false)).isEqualTo(ExitCode.RESOURCES);
    assertThat(text).hasToString("jacquard: cuda: no device; driver found; need a GPU\n");
  }

  @Test
  void tensorOfOtherShapeIsBadInput() {
    assertThat(report.print(new ShapeException("linear: other width"), false)).isEqualTo(3);
  }

  @Test
  void callersMistakeIsUsage() {
    IllegalArgumentException failure = new IllegalArgumentException("quality out of range; 0");
    assertThat(report.print(failure, false)).isEqualTo(ExitCode.USAGE);
    assertThat(text).hasToString("jacquard: quality out of range; 0\n");
  }

  @Test
  void bugAsksForAReport() {
    assertThat(report.print(new IllegalStateException("oops"), false)).isEqualTo(1);
    assertThat(text.toString()).contains("internal error", "oops", "--debug");
  }

  @Test
  void traceIsShownOnlyWhenAskedFor() {
    report.print(new NoSuchFileException("a.jpg"), false);
    assertThat(text.toString()).doesNotContain("\tat ");
    report.print(new NoSuchFileException("a.jpg"), true);
    assertThat(text.toString()).contains("\tat ");
  }
}
