package dev.jacquard.models.jpeglm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.jpeg.EncoderOptions;
import dev.jacquard.jpeg.HuffmanTables;
import dev.jacquard.jpeg.JpegEncoder;
import dev.jacquard.jpeg.Raster;
import dev.jacquard.jpeg.Sampling;
import dev.jacquard.models.data.Picture;
import dev.jacquard.models.data.TestPictures;
import dev.jacquard.models.tokenizer.BytePairTokenizer;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JpegStreamTest {
  /// The constants of the paper's script and Pillow 10.2.0.
  private static final String PAPER_HEADER =
      "ffd8ffe000104a46494600010100000100010000ffc00011080100010003012200021101031101"
          + "ffdd00040001ffda000c03010002110311003f00";

  private static final String LUMA_TABLE =
      "ffdb0043002016181c1814201c1a1c24222026305034302c2c3062464a3a5074667a787266706e8090b89c8088ae"
          + "8a6e70a0daa2aebec4ced0ce7c9ae2f2e0c8f0b8cacec6";

  static Stream<StreamFormat> formats() {
    List<StreamFormat> formats = new ArrayList<>();
    for (boolean header : new boolean[] {true, false}) {
      formats.add(new StreamFormat(28, 28, 1, 25, Sampling.S444, HuffmanTables.TYPICAL, header));
      formats.add(new StreamFormat(32, 32, 3, 50, Sampling.S420, HuffmanTables.TYPICAL, header));
      formats.add(new StreamFormat(41, 19, 3, 90, Sampling.S422, HuffmanTables.TYPICAL, header));
      formats.add(
          new StreamFormat(
              17, 33, 3, 10, Sampling.S440, HuffmanTables.TYPICAL, header)); // 16-bit tables
      formats.add(
          new StreamFormat(28, 28, 1, 25, Sampling.S444, HuffmanTables.BYTE_ALIGNED, header));
      formats.add(
          new StreamFormat(32, 32, 3, 50, Sampling.S420, HuffmanTables.BYTE_ALIGNED, header));
      formats.add(new StreamFormat(256, 256, 3, 25, Sampling.S420, HuffmanTables.TYPICAL, header));
    }
    return formats.stream();
  }

  static Picture scene(StreamFormat format, long seed) {
    return TestPictures.scene(format.width(), format.height(), format.components(), seed);
  }

  private static int restarts(byte[] stream, int from, int to) {
    int count = 0;
    for (int i = 0; i + 1 < stream.length; i++) {
      int code = stream[i + 1] & 0xFF;
      if ((stream[i] & 0xFF) == 0xFF && code >= from && code <= to) {
        count++;
      }
    }
    return count;
  }

  @Test
  void writesThePapersHeaderAndTables() {
    JpegStream streams = new JpegStream(StreamFormat.PAPER);
    byte[] stream = streams.encode(TestPictures.scene(256, 256, 3, 1));
    String hex = HexFormat.of().formatHex(stream);
    assertThat(streams.header()).hasSize(59);
    assertThat(hex).startsWith(PAPER_HEADER).endsWith("ffd9");
    assertThat(restarts(stream, 0xD0, 0xD7)).isEqualTo(255);
    assertThat(restarts(stream, 0xD7, 0xD7)).isEqualTo(31);
    byte[] file = streams.toFile(stream);
    assertThat(file.length - stream.length).isEqualTo(570);
    assertThat(HexFormat.of().formatHex(file)).startsWith("ffd8" + LUMA_TABLE);
  }

  @ParameterizedTest
  @MethodSource("formats")
  void strippingAFileGivesTheStreamAndBack(StreamFormat format) {
    JpegStream streams = new JpegStream(format);
    byte[] stream = streams.encode(scene(format, 1));
    byte[] file = streams.toFile(stream);
    assertThat(streams.strip(file)).hasValueSatisfying(s -> assertThat(s).isEqualTo(stream));
    assertThat(streams.toFile(streams.strip(file).orElseThrow())).isEqualTo(file);
    assertThat(streams.strip(stream)).isEmpty();
  }

  @Test
  void fileWithoutHeaderInStreamIsTheEncodersFullFile() {
    StreamFormat format =
        new StreamFormat(32, 32, 3, 50, Sampling.S420, HuffmanTables.TYPICAL, false);
    Picture picture = scene(format, 3);
    JpegStream streams = new JpegStream(format);
    EncoderOptions options =
        EncoderOptions.defaults()
            .withQuality(50)
            .withSampling(Sampling.S420)
            .withRestartInterval(1);
    byte[] full = new JpegEncoder(options).encode(new Raster(32, 32, 3, picture.samples()));
    assertThat(streams.toFile(streams.encode(picture))).isEqualTo(full);
    assertThat(streams.strip(full))
        .hasValueSatisfying(s -> assertThat(s).isEqualTo(streams.encode(picture)));
  }

  @ParameterizedTest
  @MethodSource("formats")
  void otherProgramsOpenTheFiles(StreamFormat format) throws IOException {
    JpegStream streams = new JpegStream(format);
    byte[] file = streams.toFile(streams.encode(scene(format, 2)));
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(file));
    assertThat(image.getWidth()).isEqualTo(format.width());
    assertThat(image.getHeight()).isEqualTo(format.height());
  }

  @ParameterizedTest
  @MethodSource("formats")
  void decodesToAPictureCloseToTheOriginal(StreamFormat format) throws IOException {
    JpegStream streams = new JpegStream(format);
    Picture original = scene(format, 4);
    Picture decoded = streams.decode(streams.encode(original));
    double sum = 0;
    for (int i = 0; i < original.samples().length; i++) {
      double d = (original.samples()[i] & 0xFF) - (decoded.samples()[i] & 0xFF);
      sum += d * d;
    }
    assertThat(Math.sqrt(sum / original.samples().length)).isLessThan(20); // smooth but for an edge
  }

  @Test
  void repairsAsTheScriptDoes() {
    JpegStream with = new JpegStream(StreamFormat.PAPER);
    assertThat(repair(with, "ffd80102ffd9")).isEqualTo("ffd80102ffd9");
    assertThat(repair(with, "ffd80102ffd90304ffd9")).isEqualTo("ffd80102ffd9");
    assertThat(repair(with, "ffd80102")).isEqualTo("ffd80102ffd9");
    assertThat(repair(with, "0102ffd9")).isEqualTo("ffd80102ffd9");
    assertThat(repair(with, "0102")).isEqualTo("ffd80102ffd9");
    assertThat(repair(with, "")).isEqualTo("ffd8ffd9");
    assertThat(repair(with, "01ffd802ffd903")).isEqualTo("ffd801ffd802ffd903ffd9");
    JpegStream without =
        new JpegStream(new StreamFormat(8, 8, 1, 50, Sampling.S444, HuffmanTables.TYPICAL, false));
    assertThat(repair(without, "0102ffd903")).isEqualTo("0102ffd9");
    assertThat(repair(without, "0102")).isEqualTo("0102ffd9");
    assertThat(repair(without, "")).isEqualTo("ffd9");
  }

  private static String repair(JpegStream streams, String hex) {
    return HexFormat.of().formatHex(streams.repair(HexFormat.of().parseHex(hex)));
  }

  @ParameterizedTest
  @MethodSource("formats")
  void knowsCompleteStreamsFromBrokenOnes(StreamFormat format) {
    JpegStream streams = new JpegStream(format);
    JpegValidity validity = new JpegValidity(streams);
    byte[] good = streams.encode(scene(format, 5));
    assertThat(validity.problem(good)).isEmpty();
    assertThat(validity.problem(Arrays.copyOf(good, good.length - 2))).contains("no EOI");
    assertThat(validity.problem(Arrays.copyOf(good, good.length + 3)))
        .contains("3 bytes after EOI");
    assertThat(validity.isComplete(new byte[0])).isFalse();

    int marker = firstRestart(good);
    byte[] wrongNumber = good.clone();
    wrongNumber[marker + 1] = (byte) 0xD3;
    assertThat(validity.problem(wrongNumber)).contains("restart marker 0 has number 3");

    byte[] missing = new byte[good.length - 2];
    System.arraycopy(good, 0, missing, 0, marker);
    System.arraycopy(good, marker + 2, missing, marker, missing.length - marker);
    assertThat(validity.isComplete(missing)).isFalse();

    byte[] extra = new byte[good.length + 1]; // a byte too many in the first MCU
    System.arraycopy(good, 0, extra, 0, marker);
    System.arraycopy(good, marker, extra, marker + 1, good.length - marker);
    assertThat(validity.isComplete(extra)).isFalse();

    byte[] emptied = new byte[good.length - (marker - streams.header().length)]; // no data at all
    System.arraycopy(good, 0, emptied, 0, streams.header().length);
    int rest = good.length - marker;
    System.arraycopy(good, marker, emptied, streams.header().length, rest);
    assertThat(validity.isComplete(emptied)).isFalse();

    if (format.headerInStream()) {
      byte[] otherHeader = good.clone();
      otherHeader[26]++; // height in SOF0
      assertThat(validity.problem(otherHeader)).contains("the header is not that of the format");
    }
  }

  private static int firstRestart(byte[] stream) {
    for (int i = 0; ; i++) {
      if ((stream[i] & 0xFF) == 0xFF && (stream[i + 1] & 0xF8) == 0xD0) {
        return i;
      }
    }
  }

  /// Whatever a model writes, decoding gives a picture or the codec's own exception.
  @ParameterizedTest
  @MethodSource("formats")
  void survivesBrokenStreams(StreamFormat format) {
    JpegStream streams = new JpegStream(format);
    JpegValidity validity = new JpegValidity(streams);
    byte[] good = streams.encode(scene(format, 6));
    Random random = new Random(7);
    int decoded = 0;
    for (int i = 0; i < 100; i++) {
      byte[] bad = Arrays.copyOf(good, random.nextInt(good.length) + 1);
      for (int flips = random.nextInt(4); flips > 0; flips--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      validity.problem(bad);
      try {
        streams.decode(bad);
        decoded++;
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("jpeg");
      }
    }
    assertThat(decoded).isGreaterThan(0);
  }

  @Test
  void refusesPicturesOfAnotherSize() {
    JpegStream streams = new JpegStream(StreamFormat.PAPER);
    assertThatThrownBy(() -> streams.encode(TestPictures.noise(28, 28, 1, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("28x28x1; need 256x256x3");
  }

  @Test
  void mergesShortenStreamsTheyWereNotLearnedFrom() {
    StreamFormat format =
        new StreamFormat(32, 32, 3, 50, Sampling.S420, HuffmanTables.TYPICAL, false);
    JpegStream streams = new JpegStream(format);
    List<byte[]> train = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      train.add(streams.encode(scene(format, i)));
    }
    BytePairTokenizer bpe = BytePairTokenizer.train(train, 320);
    int bytes = 0;
    int tokens = 0;
    for (int i = 0; i < 100; i++) {
      byte[] stream = streams.encode(scene(format, 1000 + i));
      int[] ids = bpe.encode(stream);
      assertThat(bpe.decode(ids)).isEqualTo(stream);
      bytes += stream.length;
      tokens += ids.length;
    }
    assertThat(tokens).isLessThan(bytes);
  }

  @ParameterizedTest
  @MethodSource("formats")
  void formatsSurviveTheirFields(StreamFormat format) {
    assertThat(StreamFormat.fromFields(format.toFields())).isEqualTo(format);
  }

  @Test
  void saysWhichFieldIsWrong() {
    Map<String, Object> fields = StreamFormat.PAPER.toFields();
    assertThat(fields).containsEntry("sampling", "4:2:0");
    fields.put("sampling", "4:1:1");
    assertThatThrownBy(() -> StreamFormat.fromFields(fields)).hasMessageContaining("4:1:1");
    fields.put("quality", "high");
    assertThatThrownBy(() -> StreamFormat.fromFields(fields))
        .hasMessageContaining("field \"quality\" is high; need a number");
    fields.remove("width");
    assertThatThrownBy(() -> StreamFormat.fromFields(fields)).hasMessageContaining("\"width\"");
  }
}
