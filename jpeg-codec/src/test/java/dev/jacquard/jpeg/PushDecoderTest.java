package dev.jacquard.jpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A stream pushed in pieces decodes as a whole one does, and shows what is known in between.
class PushDecoderTest {
  private static final DecoderOptions TOLERANT = DecoderOptions.defaults();

  /// Golden files of every process, many of them broken, and deep ones.
  private static List<byte[]> corpus() throws IOException {
    List<byte[]> files = new ArrayList<>();
    for (GoldenCase golden : JpegGoldenTest.cases()) {
      files.add(JpegGoldenTest.resource(golden.file()));
    }
    for (String line : DeepSamplesTest.lines()) {
      files.add(DeepSamplesTest.resource(line.split(" ")[0]));
    }
    return files;
  }

  private static DecodedJpeg push(byte[] file, int longest, DecoderOptions options, long seed)
      throws JpegException {
    SplittableRandom random = new SplittableRandom(seed);
    PushDecoder decoder = new PushDecoder(options);
    for (int at = 0; at < file.length; ) {
      int to = Math.min(file.length, at + 1 + random.nextInt(longest));
      decoder.push(Arrays.copyOfRange(file, at, to));
      at = to;
    }
    return decoder.finish();
  }

  /// How a file is decoded that has been cut into pieces.
  @FunctionalInterface
  interface Decoding {
    DecodedJpeg decode(byte[] file) throws JpegException;
  }

  private static void assertSame(byte[] file, int longest, DecoderOptions options, long seed) {
    assertSame(file, options, bytes -> push(bytes, longest, options, seed));
  }

  /// Checks that a result is that of the whole file.
  static void assertSame(byte[] file, DecoderOptions options, Decoding pushed) {
    DecodedJpeg expected;
    try {
      expected = new JpegDecoder(options).decode(file);
    } catch (JpegException e) {
      assertThatThrownBy(() -> pushed.decode(file))
          .isInstanceOf(e.getClass())
          .hasMessage(e.getMessage());
      return;
    }
    try {
      DecodedJpeg actual = pushed.decode(file);
      assertThat(actual.warnings()).isEqualTo(expected.warnings());
      assertThat(actual.endOffset()).isEqualTo(expected.endOffset());
      assertThat(actual.metadata()).isEqualTo(expected.metadata());
      assertThat(actual.raster().equals(expected.raster())).as("raster").isTrue();
    } catch (JpegException e) {
      throw new AssertionError("refused: " + e.getMessage(), e);
    }
  }

  @Test
  void anyCuttingGivesTheWholeFilesResult() throws IOException {
    int i = 0;
    for (byte[] file : corpus()) {
      for (int longest : new int[] {1, 2, 40, 3000}) {
        assertSame(file, longest, TOLERANT.withStrict(i % 3 == 0), i++);
      }
    }
    assertThat(i).isGreaterThan(700);
  }

  @Test
  void brokenFilesToo() throws IOException {
    SplittableRandom random = new SplittableRandom(71);
    DecoderOptions limited = TOLERANT.withMaxPixels(1 << 14);
    List<byte[]> files = corpus();
    for (int i = 0; i < 1500; i++) {
      byte[] file = files.get(random.nextInt(files.size()));
      byte[] broken = Mutations.apply(file, i % 2 == 0 ? 2 : file.length / 2, random);
      assertSame(broken, 1 + random.nextInt(60), limited.withStrict(i % 4 == 0), i);
    }
  }

  @Test
  void linesThatComeBehindTheScanAreAwaited() throws JpegException {
    Raster raster = Pictures.make(Pictures.Kind.SCENE, 40, 24, 3, 4);
    byte[] file = new JpegEncoder(EncoderOptions.defaults().withRestartInterval(2)).encode(raster);
    int sof = StrictDecodingTest.find(file, Marker.SOF0);
    file[sof + 6] = 0;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(file, 0, file.length - 2);
    out.writeBytes(new byte[] {-1, -1, -1, (byte) Marker.DNL, 0, 4, 0, 24, -1, (byte) Marker.EOI});
    assertThat(new JpegDecoder(TOLERANT).decode(out.toByteArray()).warnings()).isEmpty();
    assertSame(out.toByteArray(), 1, TOLERANT, 1);
    assertSame(Arrays.copyOf(out.toByteArray(), out.size() - 5), 1, TOLERANT, 1);
  }

  @ParameterizedTest
  @EnumSource(Sampling.class)
  void rowsBecomeFinalFromTheTop(Sampling sampling) throws JpegException {
    Raster raster = Pictures.make(Pictures.Kind.SCENE, 75, 131, 3, 4);
    EncoderOptions options = EncoderOptions.defaults().withSampling(sampling);
    List<byte[]> files = new ArrayList<>();
    files.add(new JpegEncoder(options).encode(raster));
    files.add(new JpegEncoder(options.withCoding(EntropyCoding.ARITHMETIC)).encode(raster));
    files.add(new JpegEncoder(options.withScript(ScanScript.parse("0;\n1;\n2;\n"))).encode(raster));
    for (byte[] file : files) {
      Raster whole = new JpegDecoder(TOLERANT).decode(file).raster();
      PushDecoder decoder = new PushDecoder(TOLERANT);
      int known = 0;
      int steps = 0;
      for (byte b : file) {
        decoder.push(new byte[] {b});
        int rows = decoder.finalRows();
        assertThat(rows).isBetween(known, raster.height());
        if (rows > known) {
          Raster part = decoder.rows(known, rows);
          int bytes = 3 * raster.width();
          byte[] expected = Arrays.copyOfRange(whole.samples(), known * bytes, rows * bytes);
          assertThat(Arrays.equals(part.samples(), expected)).as("rows from %d", known).isTrue();
          known = rows;
          steps++;
        }
      }
      assertThat(known).isEqualTo(raster.height());
      assertThat(steps).isGreaterThan(5);
      assertThat(decoder.isEnded()).isTrue();
    }
  }

  @Test
  void eachScanRefinesThePreview() throws JpegException {
    Raster raster = Pictures.make(Pictures.Kind.SCENE, 75, 61, 3, 4);
    EncoderOptions options = EncoderOptions.defaults().withScript(ScanScript.progressive());
    byte[] file = new JpegEncoder(options).encode(raster);
    PushDecoder decoder = new PushDecoder(TOLERANT);
    int scans = 0;
    for (int i = 0; i < file.length; i++) {
      decoder.push(new byte[] {file[i]});
      if (decoder.scans() > scans) {
        scans = decoder.scans();
        byte[] prefix = Arrays.copyOf(file, i + 1);
        Raster expected = new JpegDecoder(TOLERANT).decode(prefix).raster();
        assertThat(decoder.preview().equals(expected)).as("after scan %d", scans).isTrue();
      }
    }
    assertThat(scans).isEqualTo(10);
    assertThat(decoder.preview()).isEqualTo(decoder.finish().raster());
  }

  @Test
  void previewsAtAQuarterAHalfAndThreeQuartersComeNearer() throws IOException {
    Raster raster = Pictures.make(Pictures.Kind.SCENE, 160, 120, 3, 11);
    List<Raster> previews = new ArrayList<>();
    for (boolean progressive : new boolean[] {false, true}) {
      EncoderOptions options =
          progressive
              ? EncoderOptions.defaults().withScript(ScanScript.progressive())
              : EncoderOptions.defaults();
      byte[] file = new JpegEncoder(options).encode(raster);
      PushDecoder decoder = new PushDecoder(TOLERANT);
      double before = 0;
      for (int quarter = 1; quarter <= 4; quarter++) {
        int from = file.length * (quarter - 1) / 4;
        decoder.push(Arrays.copyOfRange(file, from, file.length * quarter / 4));
        Raster preview = decoder.preview();
        double psnr = psnr(preview, raster);
        assertThat(psnr).as("progressive %s, %d/4", progressive, quarter).isGreaterThan(before);
        before = psnr;
        previews.add(preview);
      }
      assertThat(decoder.preview()).isEqualTo(decoder.finish().raster());
    }
    Files.createDirectories(Path.of("target"));
    ImageIO.write(sheet(previews), "png", Path.of("target", "previews.png").toFile());
  }

  /// Four pictures a row; README.md shows them.
  private static BufferedImage sheet(List<Raster> pictures) {
    int wide = pictures.getFirst().width() + 4;
    int high = pictures.getFirst().height() + 4;
    int rows = pictures.size() / 4;
    BufferedImage sheet = new BufferedImage(4 * wide, rows * high, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = sheet.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    for (int i = 0; i < pictures.size(); i++) {
      graphics.drawImage(image(pictures.get(i)), i % 4 * wide + 2, i / 4 * high + 2, null);
    }
    graphics.dispose();
    return sheet;
  }

  private static double psnr(Raster a, Raster b) {
    double sum = 0;
    for (int i = 0; i < a.samples().length; i++) {
      int d = (a.samples()[i] & 0xFF) - (b.samples()[i] & 0xFF);
      sum += d * d;
    }
    return 10 * Math.log10(255.0 * 255 * a.samples().length / sum);
  }

  private static BufferedImage image(Raster raster) {
    int width = raster.width();
    BufferedImage image = new BufferedImage(width, raster.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < raster.height(); y++) {
      for (int x = 0; x < width; x++) {
        int rgb = raster.sample(x, y, 0) << 16 | raster.sample(x, y, 1) << 8;
        image.setRGB(x, y, rgb | raster.sample(x, y, 2));
      }
    }
    return image;
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void garbageTakesTimeInProportion() throws JpegException {
    Raster raster = Pictures.make(Pictures.Kind.FLAT, 16, 16, 1, 4);
    byte[] file = new JpegEncoder(EncoderOptions.defaults().withRestartInterval(1)).encode(raster);
    for (int from : new int[] {20, StrictDecodingTest.find(file, Marker.RST0)}) {
      PushDecoder decoder = new PushDecoder(TOLERANT);
      decoder.push(Arrays.copyOf(file, from));
      for (int i = 0; i < 1_000_000; i++) { // a million tries of up to a million bytes would last
        decoder.push(new byte[] {1});
      }
      decoder.push(Arrays.copyOfRange(file, from, file.length));
      assertThat(decoder.finish().raster()).isEqualTo(raster);
    }
  }

  @Test
  void tellsWhatIsMissing() throws JpegException {
    PushDecoder decoder = new PushDecoder(TOLERANT);
    assertThat(decoder.hasPicture()).isFalse();
    assertThatThrownBy(decoder::preview)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no picture yet");
    assertThatThrownBy(() -> decoder.rows(0, 1)).hasMessageContaining("need 0..0");
    assertThatThrownBy(decoder::finish).hasMessageContaining("no SOI marker");
    assertThatThrownBy(() -> decoder.push(new byte[1])).isInstanceOf(IllegalStateException.class);
  }
}
