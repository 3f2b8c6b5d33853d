package dev.jacquard.jpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Several threads decode what one thread does.
class ParallelDecodingTest {
  private static final DecoderOptions ONE = DecoderOptions.defaults();

  private static byte[] file(int i, int restart) {
    Raster raster = Pictures.make(Pictures.Kind.SCENE, 90 + i, 70 + 3 * i, 3, i);
    EncoderOptions options =
        EncoderOptions.defaults()
            .withSampling(Sampling.values()[i % 4])
            .withGrayscale(i % 7 == 6)
            .withCoding(i % 3 == 0 ? EntropyCoding.ARITHMETIC : EntropyCoding.HUFFMAN)
            .withRestartInterval(restart);
    return new JpegEncoder(options).encode(raster);
  }

  private static void assertSame(byte[] file, DecoderOptions options) {
    DecodedJpeg expected;
    try {
      expected = new JpegDecoder(options.withThreads(1)).decode(file);
    } catch (JpegException e) {
      assertThatThrownBy(() -> new JpegDecoder(options).decode(file))
          .isInstanceOf(e.getClass())
          .hasMessage(e.getMessage());
      return;
    }
    try {
      DecodedJpeg actual = new JpegDecoder(options).decode(file);
      assertThat(actual.raster().equals(expected.raster())).as("raster").isTrue();
      assertThat(actual.warnings()).isEqualTo(expected.warnings());
      assertThat(actual.endOffset()).isEqualTo(expected.endOffset());
    } catch (JpegException e) {
      throw new AssertionError("refused: " + e.getMessage(), e);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 6, 7, 12, 50})
  void everyIntervalGivesTheSamePicture(int restart) {
    for (int i = 0; i < 14; i++) {
      byte[] file = file(i, restart);
      for (int threads : new int[] {2, 3, 8}) {
        assertSame(file, ONE.withThreads(threads).withSmoothing(i % 5 != 4));
      }
    }
  }

  @Test
  void brokenFilesGiveTheSamePictureAndWarnings() {
    SplittableRandom random = new SplittableRandom(3);
    DecoderOptions options = ONE.withMaxPixels(1 << 16).withThreads(3);
    for (int i = 0; i < 400; i++) {
      byte[] broken = Mutations.apply(file(i % 14, 1 + i % 9), 1 + i % 4, random);
      assertSame(broken, options.withStrict(i % 4 == 0));
    }
  }

  @Test
  void eachPartBeginsBehindARestartMarker() throws JpegFormatException {
    byte[] file = file(2, 4);
    Frame frame =
        new Frame(
            Marker.SOF0,
            8,
            92,
            76,
            List.of(
                new FrameComponent(1, 2, 2, 0),
                new FrameComponent(2, 1, 1, 1),
                new FrameComponent(3, 1, 1, 1)));
    Mcu mcu = Mcu.of(frame, List.of(0, 1, 2));
    int start = StrictDecodingTest.find(file, Marker.SOS) + 14;
    List<Integer> rows = Collections.synchronizedList(new ArrayList<>());
    ParallelScan.PartFactory factory =
        (position, firstMcu, firstRow) -> {
          int marker = file[position - 1] & 0xFF;
          rows.add(firstRow);
          if (firstMcu > 0 && marker != Marker.RST0 + (firstMcu / 4 - 1) % 8) {
            throw new AssertionError("marker " + marker + " before MCU " + firstMcu);
          }
          throw new JpegFormatException("enough", 0, "");
        };
    assertThat(new ParallelScan(file, start, frame, mcu, 4).decode(factory, 2)).isEqualTo(-1);
    assertThat(rows).containsExactlyInAnyOrder(0, 1);
    rows.clear();
    assertThat(new ParallelScan(file, start, frame, mcu, 3).decode(factory, 2)).isEqualTo(-1);
    assertThat(rows).as("markers that do not fit").isEmpty();
  }

  @Test
  void listsComeBackInTheirOrder() throws JpegException {
    List<byte[]> files = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      files.add(file(i, 0));
    }
    List<DecodedJpeg> decoded = new JpegDecoder(ONE.withThreads(3)).decodeAll(files);
    assertThat(decoded).hasSameSizeAs(files);
    for (int i = 0; i < files.size(); i++) {
      assertThat(decoded.get(i).raster())
          .isEqualTo(new JpegDecoder(ONE).decode(files.get(i)).raster());
    }
    files.set(5, new byte[3]);
    assertThatThrownBy(() -> new JpegDecoder(ONE.withThreads(3)).decodeAll(files))
        .isInstanceOf(JpegFormatException.class)
        .hasMessageContaining("no SOI marker");
    assertThatThrownBy(() -> ONE.withThreads(0)).hasMessageContaining("need at least 1");
  }
}
