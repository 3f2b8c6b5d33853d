package dev.jacquard.models.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.models.data.Picture;
import dev.jacquard.models.data.PictureFiles;
import dev.jacquard.models.data.TestPictures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreviewTest {
  @TempDir private Path folder;

  @Test
  void rewritesTheFileTwiceASecondAtMost() throws IOException {
    Path file = folder.resolve("preview.png");
    AtomicLong millis = new AtomicLong();
    AtomicInteger asked = new AtomicInteger();
    Preview preview = new Preview(file, () -> millis.get() * 1_000_000);
    for (; millis.get() <= 2000; millis.addAndGet(10)) {
      preview.show(() -> List.of(picture(asked.incrementAndGet())));
    }
    assertThat(asked).hasValue(5); // after 0, 500, ... 2000 ms
    assertThat(PictureFiles.read(file)).isEqualTo(DrawingOptions.sheetOf(List.of(picture(5))));
  }

  private static Picture picture(int seed) {
    return TestPictures.noise(8, 8, 1, seed);
  }
}
