package dev.jacquard.models.jpeglm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.jpeg.ComponentCoefficients;
import dev.jacquard.jpeg.DecoderOptions;
import dev.jacquard.jpeg.HuffmanTables;
import dev.jacquard.jpeg.JpegDecoder;
import dev.jacquard.jpeg.Sampling;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JpegPrefixTest {
  private static final StreamFormat SMALL =
      new StreamFormat(32, 32, 3, 50, Sampling.S420, HuffmanTables.TYPICAL, false);
  private static final StreamFormat DIGIT =
      new StreamFormat(28, 28, 1, 25, Sampling.S444, HuffmanTables.TYPICAL, false);

  /// End of the n-th `FF D7`, counted from 1.
  private static int afterRst7(byte[] stream, int n) {
    int seen = 0;
    for (int i = 0; ; i++) {
      if ((stream[i] & 0xFF) == 0xFF && (stream[i + 1] & 0xFF) == 0xD7 && ++seen == n) {
        return i + 2;
      }
    }
  }

  @Test
  void cutsThePapersPicturesAfterGroupsOfEight() {
    byte[] stream =
        new JpegStream(StreamFormat.PAPER).encode(JpegStreamTest.scene(StreamFormat.PAPER, 1));
    JpegPrefix prefix = new JpegPrefix(StreamFormat.PAPER);
    assertThat(prefix.keep(stream, 0)).isEmpty();
    assertThat(prefix.keep(stream, 0.375)).isEqualTo(Arrays.copyOf(stream, afterRst7(stream, 12)));
    assertThat(prefix.keep(stream, 0.4)).isEqualTo(prefix.keep(stream, 0.375));
    assertThat(prefix.keep(stream, 31 / 32.0))
        .isEqualTo(Arrays.copyOf(stream, afterRst7(stream, 31)));
    assertThat(prefix.keep(stream, 1)).isEqualTo(stream);
    assertThat(prefix.keep(stream, 1 / 33.0)).isEmpty();
  }

  @Test
  void cutsSmallPicturesAfterAnyMcu() {
    byte[] stream = new JpegStream(SMALL).encode(JpegStreamTest.scene(SMALL, 1));
    JpegPrefix prefix = new JpegPrefix(SMALL);
    assertThat(SMALL.mcuCount()).isEqualTo(4);
    assertThat(prefix.keep(stream, 0)).isEmpty();
    assertThat(prefix.keep(stream, 0.2)).isEmpty();
    assertThat(prefix.keep(stream, 0.25)).endsWith(0xFF, 0xD0).hasSizeLessThan(stream.length);
    assertThat(prefix.keep(stream, 0.5)).endsWith(0xFF, 0xD1);
    assertThat(prefix.keep(stream, 0.99)).endsWith(0xFF, 0xD2);
    assertThat(prefix.keep(stream, 1)).isEqualTo(stream);
  }

  @Test
  void agreesWithThePaperWhereBothCut() {
    byte[] stream = new JpegStream(DIGIT).encode(JpegStreamTest.scene(DIGIT, 1));
    assertThat(DIGIT.mcuCount()).isEqualTo(16); // two groups
    assertThat(new JpegPrefix(DIGIT).keep(stream, 0.5))
        .isEqualTo(Arrays.copyOf(stream, afterRst7(stream, 1)));
  }

  @Test
  void rejectsRatiosOutOfRange() {
    JpegPrefix prefix = new JpegPrefix(SMALL);
    for (double ratio : new double[] {-0.1, 1.1, Double.NaN}) {
      assertThatThrownBy(() -> prefix.mcus(ratio)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  /// Prompt identity: whatever follows the prefix, its rows of MCUs decode to the same
  /// coefficients.
  @ParameterizedTest
  @ValueSource(doubles = {0.25, 0.375, 0.5})
  void keepsTheCoefficientsOfTheUpperRows(double ratio) throws IOException {
    StreamFormat format = StreamFormat.PAPER;
    JpegStream streams = new JpegStream(format);
    byte[] stream = streams.encode(JpegStreamTest.scene(format, 1));
    byte[] other = streams.encode(JpegStreamTest.scene(format, 2));
    JpegPrefix prefix = new JpegPrefix(format);
    byte[] start = prefix.keep(stream, ratio);
    byte[] rest = Arrays.copyOfRange(other, prefix.keep(other, ratio).length, other.length);
    byte[] mixed = Arrays.copyOf(start, start.length + rest.length);
    System.arraycopy(rest, 0, mixed, start.length, rest.length);

    List<ComponentCoefficients> a = decode(streams.toFile(stream));
    List<ComponentCoefficients> b = decode(streams.toFile(mixed));
    int rows = prefix.mcus(ratio) / format.mcuColumns();
    assertThat(rows).isEqualTo((int) (16 * ratio));
    for (int c = 0; c < 3; c++) {
      int blockRows = rows * (c == 0 ? 2 : 1);
      ComponentCoefficients x = a.get(c);
      ComponentCoefficients y = b.get(c);
      assertThat(x.sameRows(y, 0, blockRows)).isTrue();
      assertThat(x.sameRows(y, 0, x.blocksHigh())).as("the rest differs").isFalse();
    }
  }

  private static List<ComponentCoefficients> decode(byte[] file) throws IOException {
    JpegDecoder decoder = new JpegDecoder(DecoderOptions.defaults().withStrict(true));
    return decoder.decodeCoefficients(file).picture().components();
  }
}
