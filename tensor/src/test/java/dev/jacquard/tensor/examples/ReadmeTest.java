package dev.jacquard.tensor.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The program in `README.md` is the one that runs here.
class ReadmeTest {
  private static final Path SOURCE =
      Path.of("src/test/java/dev/jacquard/tensor/examples/Digits.java");

  @Test
  void readmeShowsTheProgramThatIsTested() throws IOException {
    String source = Files.readString(SOURCE);
    String program = source.substring(source.indexOf("import "));
    assertThat(Files.readString(Path.of("README.md"))).contains("```java\n" + program + "```\n");
  }

  @Test
  void programRecognisesDigits() {
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      Digits.main();
    } finally {
      System.setOut(before);
    }
    Matcher line =
        Pattern.compile("(\\d+) of 500 digits recognised\\R")
            .matcher(printed.toString(StandardCharsets.UTF_8));
    assertThat(line.matches()).as(printed.toString(StandardCharsets.UTF_8)).isTrue();
    assertThat(Integer.parseInt(line.group(1))).isGreaterThan(480);
  }
}
