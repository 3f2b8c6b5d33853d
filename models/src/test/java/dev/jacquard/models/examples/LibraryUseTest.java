package dev.jacquard.models.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jacquard.models.jpeglm.TinyModel;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibraryUseTest {
  private static final Path SOURCE =
      Path.of("src/test/java/dev/jacquard/models/examples/E01DrawWithAModel.java");
  private static final Pattern MAIN =
      Pattern.compile(
          "main\\(String\\[] args\\) throws Exception \\{\n(.*?)\n  }\n", Pattern.DOTALL);
  private static final Pattern QUOTE =
      Pattern.compile("# Use it as a library\n.*?```java\n(.*?)\n```", Pattern.DOTALL);

  @Test
  void theExampleDrawsAPicture(@TempDir Path folder) throws Exception {
    TinyModel.trainByHeart(folder);
    Path file = folder.resolve("picture.jpg");
    E01DrawWithAModel.main(new String[] {folder.toString(), file.toString()});
    BufferedImage picture = ImageIO.read(file.toFile());
    assertThat(picture.getWidth()).isEqualTo(16);
    assertThat(picture.getHeight()).isEqualTo(16);
  }

  @Test
  void theExampleIsAtMostTenLines() throws Exception {
    assertThat(body().lines()).hasSizeLessThanOrEqualTo(10);
  }

  @Test
  void theReadmeQuotesTheExample() throws Exception {
    Matcher quote = QUOTE.matcher(Files.readString(Path.of("../README.md")));
    assumeTrue(quote.find(), "the README quotes no program under \"Use it as a library\"");
    assertThat(quote.group(1)).isEqualTo(body());
  }

  /// What stands between the braces of `main`, moved to the left margin.
  private static String body() throws Exception {
    Matcher main = MAIN.matcher(Files.readString(SOURCE));
    assertThat(main.find()).isTrue();
    return main.group(1).stripIndent();
  }
}
