package dev.jacquard.jpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Lossless files (T.81 Annex H) give back every sample.
class LosslessTest {
  private static final JpegDecoder STRICT =
      new JpegDecoder(DecoderOptions.defaults().withStrict(true).withSmoothing(false));

  private static Frame frame(int bits, int width, int height, int[] factors) {
    List<FrameComponent> components = new ArrayList<>();
    for (int i = 0; i < factors.length; i++) {
      components.add(new FrameComponent(7 * i, factors[i] / 10, factors[i] % 10, 0));
    }
    return new Frame(Marker.SOF3, bits, width, height, components);
  }

  private static List<short[]> planes(Frame frame, SplittableRandom random) {
    boolean noise = random.nextBoolean();
    int max = (1 << frame.precision()) - 1;
    List<short[]> planes = new ArrayList<>();
    for (FrameComponent c : frame.components()) {
      short[] plane = new short[frame.mcusWide() * c.h() * frame.mcusHigh() * c.v()];
      int value = max / 2;
      for (int i = 0; i < plane.length; i++) {
        value = noise ? random.nextInt(max + 1) : Math.clamp(value + random.nextInt(-3, 4), 0, max);
        plane[i] = (short) value;
      }
      planes.add(plane);
    }
    return planes;
  }

  private static void assertShows(DeepRaster raster, Frame frame, List<short[]> planes, int pt) {
    for (int y = 0; y < frame.height(); y++) {
      for (int x = 0; x < frame.width(); x++) {
        for (int i = 0; i < planes.size(); i++) {
          FrameComponent c = frame.components().get(i);
          int at = y * c.v() / frame.maxV() * frame.mcusWide() * c.h() + x * c.h() / frame.maxH();
          int expected = (planes.get(i)[at] & 0xFFFF) >> pt << pt;
          if (raster.sample(x, y, i) != expected) {
            assertThat(raster.sample(x, y, i)).as("%d, %d, %d", x, y, i).isEqualTo(expected);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void everyPredictorOfEveryPrecision(int bits) throws JpegException {
    SplittableRandom random = new SplittableRandom(bits);
    int[][] factors = {{11}, {22}, {11, 11}, {11, 11, 11}, {22, 11, 11}, {21, 12, 11, 11}};
    for (int i = 0; i < 42; i++) {
      Frame frame =
          frame(bits, 1 + random.nextInt(40), 1 + random.nextInt(30), factors[random.nextInt(6)]);
      List<short[]> planes = planes(frame, random);
      int pt = random.nextInt(3) == 0 ? random.nextInt(bits) : 0;
      List<Integer> all = IntStream.range(0, planes.size()).boxed().toList();
      List<List<Integer>> scans =
          random.nextBoolean() ? List.of(all) : all.stream().map(List::of).toList();
      byte[] file =
          new LosslessEncoder(frame, planes, 1 + i % 7, pt, random.nextInt(4)).encode(scans);
      assertShows(STRICT.decodeDeep(file), frame, planes, pt);
    }
  }

  @Test
  void differencesWrapAround() throws JpegException {
    Frame frame = frame(16, 4, 1, new int[] {11});
    short[] plane = {0, -1, 0, (short) 0x8000};
    byte[] file = new LosslessEncoder(frame, List.of(plane), 1, 0, 0).encode(List.of(List.of(0)));
    assertThat(STRICT.decodeDeep(file).samples()).containsExactly(plane);
  }

  @Test
  void refusesOtherPredictors() {
    Frame frame = frame(8, 9, 9, new int[] {11});
    List<short[]> planes = planes(frame, new SplittableRandom(1));
    byte[] file = new LosslessEncoder(frame, planes, 1, 0, 0).encode(List.of(List.of(0)));
    int sos = StrictDecodingTest.find(file, Marker.SOS);
    file[sos + 7] = 0;
    assertThatThrownBy(() -> STRICT.decode(file))
        .isInstanceOf(JpegFormatException.class)
        .hasMessageContaining("predictor 0")
        .hasMessageEndingWith("T.81 H.1.2.1");
  }

  @Test
  void refusesRestartsInsideOfRows() {
    Frame frame = frame(8, 9, 9, new int[] {11});
    List<short[]> planes = planes(frame, new SplittableRandom(1));
    byte[] file = new LosslessEncoder(frame, planes, 1, 0, 1).encode(List.of(List.of(0)));
    int dri = StrictDecodingTest.find(file, Marker.DRI);
    file[dri + 5] = 8;
    assertThatThrownBy(() -> STRICT.decode(file)).hasMessageContaining("need a multiple of 9");
  }

  @Test
  void hasNoCoefficients() {
    Frame frame = frame(8, 9, 9, new int[] {11});
    List<short[]> planes = planes(frame, new SplittableRandom(1));
    byte[] file = new LosslessEncoder(frame, planes, 1, 0, 0).encode(List.of(List.of(0)));
    assertThatThrownBy(() -> STRICT.decodeCoefficients(file))
        .isInstanceOf(JpegUnsupportedException.class);
  }
}
