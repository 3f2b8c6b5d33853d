package dev.jacquard.jpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Compares the codec with `cjpeg` and `djpeg` on all pictures under a folder, named by the system
/// property `jacquard.jpeg.pictures`; prints how many were compared and how many were equal.
///
/// JPEG files are decoded and compared; what is decoded and PNG files, composed over white, are
/// encoded with options that change from picture to picture, and the results compared and decoded
/// again.
@Tag("slow")
class PictureFolderComparisonTest {
  private static final String FOLDER = "jacquard.jpeg.pictures";

  /// How often one kind of comparison was made, and with what result.
  private static final class Count {
    private final String name;
    private int compared;
    private int equal;
    private int unsupported;
    private final List<String> different = new ArrayList<>();

    Count(String name) {
      this.name = name;
    }

    void add(boolean same, String what) {
      compared++;
      equal += same ? 1 : 0;
      if (!same) {
        different.add(what);
      }
    }

    @Override
    public String toString() {
      return "%-28s compared %5d, equal %5d, not supported %4d; different: %s"
          .formatted(name, compared, equal, unsupported, different);
    }
  }

  private final Count decoded = new Count("files decoded (djpeg)");
  private final Count encoded = new Count("pictures encoded (cjpeg)");
  private final Count roundTrips = new Count("encoded, decoded (djpeg)");

  @Test
  void everyPictureEqualsLibjpeg() throws IOException {
    String folder = System.getProperty(FOLDER);
    Assumptions.assumeTrue(folder != null, "no -D" + FOLDER + "=FOLDER: comparison skipped");
    LibjpegTools.assumeInstalled();
    List<Path> files;
    try (Stream<Path> walk = Files.walk(Path.of(folder))) {
      files = walk.filter(Files::isRegularFile).sorted().toList();
    }
    for (int i = 0; i < files.size(); i++) {
      compare(files.get(i), i);
    }
    List<Count> counts = List.of(decoded, encoded, roundTrips);
    counts.forEach(System.out::println);
    assertThat(encoded.compared).as("pictures found").isPositive();
    assertThat(counts).allMatch(count -> count.different.isEmpty());
  }

  private void compare(Path file, int i) throws IOException {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".jpg") || name.endsWith(".jpeg")) {
      compareDecoding(file, i);
    } else if (name.endsWith(".png")) {
      BufferedImage image = ImageIO.read(file.toFile());
      if (image != null) {
        compareEncoding(overWhite(image), file, i);
      }
    }
  }

  private void compareDecoding(Path file, int i) throws IOException {
    LibjpegTools.Result expected = LibjpegTools.djpeg(Files.readAllBytes(file));
    try {
      DecodedJpeg actual =
          new JpegDecoder(DecoderOptions.defaults()).decode(Files.readAllBytes(file));
      Raster shown = // as djpeg shows it in a PNM file
          actual.raster().components() == 4 ? actual.raster().toRgb() : actual.raster();
      byte[] bytes = Files.readAllBytes(file);
      if (new JpegDecoder(DecoderOptions.defaults()).readHeader(bytes).isLossless()) {
        decoded.unsupported++; // lossless, which djpeg 2.1 does not know
        return;
      }
      boolean same =
          expected.output().length > 0 && shown.equals(LibjpegTools.fromPnm(expected.output()));
      decoded.add(same, file + " " + expected.errors());
      compareEncoding(shown, file, i);
    } catch (JpegUnsupportedException e) {
      decoded.unsupported++;
    } catch (JpegFormatException e) {
      decoded.add(expected.exitCode() == 1, file + ": " + e.getMessage());
    }
  }

  private void compareEncoding(Raster raster, Path file, int i) throws IOException {
    EncoderOptions options =
        EncoderOptions.defaults()
            .withQuality(1 + i * 37 % 100)
            .withSampling(Sampling.values()[i % 4])
            .withRestartInterval(i % 3 == 0 ? 0 : 1 + i % 13)
            .withGrayscale(i % 11 == 0);
    byte[] expected = LibjpegTools.cjpeg(raster, options);
    byte[] actual = new JpegEncoder(options).encode(raster);
    encoded.add(Arrays.equals(expected, actual), file + " " + options);
    Raster pixels = LibjpegTools.fromPnm(LibjpegTools.djpeg(expected).output());
    DecoderOptions strict = DecoderOptions.defaults().withStrict(true);
    boolean same = new JpegDecoder(strict).decode(actual).raster().equals(pixels);
    roundTrips.add(same, file + " " + options);
  }

  private static Raster overWhite(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    BufferedImage flat = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = flat.createGraphics();
    graphics.drawImage(image, 0, 0, Color.WHITE, null);
    graphics.dispose();
    int[] pixels = flat.getRGB(0, 0, width, height, null, 0, width);
    byte[] samples = new byte[3 * pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      samples[3 * i] = (byte) (pixels[i] >> 16);
      samples[3 * i + 1] = (byte) (pixels[i] >> 8);
      samples[3 * i + 2] = (byte) pixels[i];
    }
    return new Raster(width, height, 3, samples);
  }
}
