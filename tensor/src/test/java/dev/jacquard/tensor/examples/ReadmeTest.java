package dev.jacquard.tensor.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The program in `README.md` is the one that runs here.
class ReadmeTest {
  private static final Path SOURCE =
      Path.of("src/test/java/dev/jacquard/tensor/examples/FitLine.java");

  @Test
  void readmeShowsTheProgramThatIsTested() throws IOException {
    String source = Files.readString(SOURCE);
    String program = source.substring(source.indexOf("import "));
    assertThat(Files.readString(Path.of("README.md"))).contains("```java\n" + program + "```\n");
  }

  @Test
  void programFindsTheLine() {
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      FitLine.main();
    } finally {
      System.setOut(before);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8)).matches("y = 2[.,]00 x \\+ 1[.,]00\\R");
  }
}
