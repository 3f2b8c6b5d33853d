package dev.jacquard.jpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class McuParserTest {
  private static final JpegDecoder STRICT =
      new JpegDecoder(DecoderOptions.defaults().withStrict(true));
  static final byte[] EOI = {(byte) 0xFF, (byte) Marker.EOI};

  static Stream<Arguments> samplingsAndTables() {
    return Stream.of(Sampling.values())
        .flatMap(s -> Stream.of(HuffmanTables.values()).map(t -> Arguments.of(s, t)));
  }

  @ParameterizedTest
  @MethodSource("samplingsAndTables")
  void acceptsEveryMcuThatTheEncoderWrites(Sampling sampling, HuffmanTables tables) {
    for (Pictures.Kind kind : Pictures.Kind.values()) {
      for (int quality : new int[] {5, 50, 100}) {
        byte[] file = file(kind, sampling, tables, 3, 64, quality);
        McuParser parser = new McuParser(3, sampling, tables);
        int mcus = 0;
        for (int i = dataStart(file); i < file.length; i += 2, mcus++) { // skips the marker
          while (!parser.isComplete()) {
            assertThat(parser.accept(file[i++] & 0xFF)).as("%s %d", kind, quality).isTrue();
          }
          assertThat(parser.block()).isEqualTo(parser.blocks());
          assertThat(file[i]).as("%s, quality %d, MCU %d", kind, quality, mcus).isEqualTo(EOI[0]);
          parser.restart();
        }
        assertThat(mcus)
            .isEqualTo(64 / (8 * sampling.horizontal()) * (64 / (8 * sampling.vertical())));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void agreesWithTheStrictDecoderOnDamagedData(HuffmanTables tables) {
    SplittableRandom random = new SplittableRandom(7);
    int accepted = 0;
    int trials = 6000;
    for (int trial = 0; trial < trials; trial++) {
      int components = trial % 2 == 0 ? 1 : 3;
      Sampling sampling = components == 1 ? Sampling.S444 : Sampling.S420;
      int side = 8 * sampling.horizontal(); // one MCU
      Pictures.Kind kind = Pictures.Kind.values()[trial % 4];
      byte[] file = file(kind, sampling, tables, components, side, 5 + trial % 90);
      int start = dataStart(file);
      byte[] damaged =
          Mutations.apply(Arrays.copyOf(file, file.length - EOI.length), start, random);
      McuParser parser = new McuParser(components, sampling, tables);
      boolean whole = true;
      for (int i = start; i < damaged.length; i++) {
        whole &= parser.accept(damaged[i] & 0xFF);
      }
      whole &= parser.isComplete();
      if (!hasMarkers(damaged)) {
        assertThat(decodes(damaged)).as("trial %d", trial).isEqualTo(whole);
      }
      accepted += whole ? 1 : 0;
    }
    assertThat(accepted).as("both outcomes are tested").isBetween(trials / 50, trials / 2);
  }

  @ParameterizedTest
  @EnumSource
  void whateverIsAcceptedCanBeCompleted(HuffmanTables tables) {
    SplittableRandom random = new SplittableRandom(8);
    McuParser parser = new McuParser(3, Sampling.S420, tables);
    McuParser probe = new McuParser(3, Sampling.S420, tables);
    for (int trial = 0; trial < 300; trial++) {
      parser.restart();
      while (!parser.isComplete()) {
        int[] choices =
            IntStream.range(0, 256)
                .filter(
                    value -> {
                      probe.copyFrom(parser);
                      return probe.accept(value);
                    })
                .toArray();
        assertThat(choices)
            .as("trial %d, coefficient %d", trial, parser.coefficient())
            .isNotEmpty();
        parser.accept(choices[random.nextInt(choices.length)]);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void theShortWayToTheEndIsShort(HuffmanTables tables) {
    SplittableRandom random = new SplittableRandom(9);
    McuParser parser = new McuParser(3, Sampling.S420, tables);
    McuParser probe = new McuParser(3, Sampling.S420, tables);
    for (int trial = 0; trial < 300; trial++) {
      parser.restart();
      for (int n = random.nextInt(40); n > 0 && !parser.isComplete(); ) {
        probe.copyFrom(parser);
        int value = random.nextInt(256);
        if (probe.accept(value)) {
          parser.accept(value);
          n--;
        }
      }
      int expected = parser.bytesToComplete();
      int taken = 0;
      for (; !parser.isComplete(); taken++) {
        assertThat(taken).as("trial %d", trial).isLessThan(expected + 2);
        parser.accept(shortest(parser, probe));
      }
      assertThat(taken).as("trial %d", trial).isBetween(expected - 1, expected + 2);
    }
    assertThat(parser.bytesToComplete()).isZero();
  }

  static int shortest(McuParser parser, McuParser probe) {
    int best = -1;
    int least = Integer.MAX_VALUE;
    for (int value = 0; value < 256; value++) {
      probe.copyFrom(parser);
      if (probe.accept(value) && probe.bytesToComplete() < least) {
        least = probe.bytesToComplete();
        best = value;
      }
    }
    return best;
  }

  @Test
  void equalStatesAcceptTheSameBytes() {
    McuParser one = new McuParser(1, Sampling.S444, HuffmanTables.TYPICAL);
    McuParser other = new McuParser(1, Sampling.S444, HuffmanTables.TYPICAL);
    one.accept(0xE7);
    assertThat(one.state()).isNotEqualTo(other.state());
    other.copyFrom(one);
    assertThat(other.state()).isEqualTo(one.state());
    for (int value = 0; value < 256; value++) {
      other.copyFrom(one);
      McuParser again = new McuParser(1, Sampling.S444, HuffmanTables.TYPICAL);
      again.accept(0xE7);
      assertThat(other.accept(value)).isEqualTo(again.accept(value));
    }
  }

  private static byte[] file(
      Pictures.Kind kind,
      Sampling sampling,
      HuffmanTables tables,
      int components,
      int side,
      int quality) {
    EncoderOptions options =
        EncoderOptions.defaults()
            .withQuality(quality)
            .withSampling(sampling)
            .withTables(tables)
            .withRestartInterval(1);
    return new JpegEncoder(options).encode(Pictures.make(kind, side, side, components, quality));
  }

  static int dataStart(byte[] file) {
    int at = 2;
    while (true) {
      boolean last = (file[at + 1] & 0xFF) == Marker.SOS;
      at += 2 + ((file[at + 2] & 0xFF) << 8 | (file[at + 3] & 0xFF));
      if (last) {
        return at;
      }
    }
  }

  /// Whether an FF is no data: a marker, or one of the FF that may fill up the space before it.
  static boolean hasMarkers(byte[] data) {
    boolean found = data[data.length - 1] == EOI[0];
    for (int i = 1; i < data.length; i++) {
      found |= data[i - 1] == EOI[0] && data[i] != 0;
    }
    return found;
  }

  private static boolean decodes(byte[] withoutEnd) {
    byte[] file = Arrays.copyOf(withoutEnd, withoutEnd.length + EOI.length);
    System.arraycopy(EOI, 0, file, withoutEnd.length, EOI.length);
    try {
      STRICT.decode(file);
      return true;
    } catch (JpegException _) {
      return false;
    }
  }
}
