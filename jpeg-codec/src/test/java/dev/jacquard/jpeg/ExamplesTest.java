package dev.jacquard.jpeg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.jpeg.examples.E01WriteAJpegFromNothing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExamplesTest {
  private static final JpegDecoder STRICT =
      new JpegDecoder(DecoderOptions.defaults().withStrict(true));

  /// A scene whose size is no multiple of 8, and noise that needs all code lengths.
  @Test
  void aFileFromNothingIsValidAndShowsThePicture() throws IOException {
    for (Pictures.Kind kind : Pictures.Kind.values()) {
      Raster raster = Pictures.make(kind, 45, 27, 1, 3);
      int[][] picture = new int[27][45];
      for (int i = 0; i < 27 * 45; i++) {
        picture[i / 45][i % 45] = raster.sample(i % 45, i / 45, 0);
      }
      Raster shown = STRICT.decode(new E01WriteAJpegFromNothing().write(picture)).raster();
      double sum = 0;
      for (int i = 0; i < 27 * 45; i++) {
        sum += Math.pow(raster.sample(i % 45, i / 45, 0) - shown.sample(i % 45, i / 45, 0), 2);
      }
      // steps of 6 to 34, and errors even within a step, give a deviation of 34 / sqrt(12) at most
      assertThat(Math.sqrt(sum / (27 * 45))).as(kind.name()).isLessThan(34 / Math.sqrt(12));
    }
  }

  /// Its codes seldom make a byte of 1-bits, so many pictures are tried.
  @Test
  void bytesOfOnesAreStuffed() throws JpegException {
    int stuffed = 0;
    for (int seed = 0; seed < 60; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int[][] picture = new int[64][64];
      for (int[] row : picture) {
        Arrays.setAll(row, x -> 255 * random.nextInt(2));
      }
      byte[] file = new E01WriteAJpegFromNothing().write(picture);
      assertThat(STRICT.decode(file).endOffset()).isEqualTo(file.length);
      for (int i = StrictDecodingTest.find(file, Marker.SOS); i < file.length - 2; i++) {
        stuffed += file[i] == -1 && file[i + 1] == 0 ? 1 : 0;
      }
    }
    assertThat(stuffed).isPositive();
  }

  @Test
  void theFileFromNothingIsReadByDjpegToo(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("rings.jpg");
    E01WriteAJpegFromNothing.main(new String[] {file.toString()});
    Raster rings = STRICT.decode(Files.readAllBytes(file)).raster();
    assertThat(rings).hasToString("150 x 100, grey");
    assertThat(rings.sample(0, 0, 0)).isGreaterThan(240);
    LibjpegTools.assumeInstalled();
    LibjpegTools.Result read = LibjpegTools.djpeg(Files.readAllBytes(file));
    assertThat(LibjpegTools.fromPnm(read.output())).isEqualTo(rings);
  }
}
