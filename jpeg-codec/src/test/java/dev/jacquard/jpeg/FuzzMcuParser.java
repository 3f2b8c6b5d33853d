package dev.jacquard.jpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Fuzz target: the data of one MCU. The parser takes it if and only if a strict decoder does, and
/// of what it has not refused a whole MCU can still come. The first byte of the input chooses the
/// format.
public final class FuzzMcuParser {
  private static final int FORMATS = 16;
  private static final List<byte[]> HEADERS =
      IntStream.range(0, FORMATS).mapToObj(FuzzMcuParser::header).toList();
  private static final JpegDecoder STRICT =
      new JpegDecoder(DecoderOptions.defaults().withStrict(true));

  private FuzzMcuParser() {}

  /// Tries one input.
  ///
  /// @param input any bytes
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    int format = input[0] & (FORMATS - 1);
    byte[] data = Arrays.copyOfRange(input, 1, input.length);
    McuParser parser = parser(format);
    for (byte b : data) {
      parser.accept(b & 0xFF);
    }
    if (!hasMarkers(data)) {
      boolean whole = parser.isComplete();
      assertThat(decodes(HEADERS.get(format), data)).as("strict decoding").isEqualTo(whole);
    }
    if (!parser.isBroken()) {
      complete(parser, parser(format));
    }
  }

  /// Takes the byte after which the end is nearest until the end is there.
  private static void complete(McuParser parser, McuParser probe) {
    for (int left = parser.bytesToComplete() + 2; !parser.isComplete(); left--) {
      assertThat(left).as("bytes on the short way").isPositive();
      assertThat(parser.pendingBits()).isLessThanOrEqualTo(McuParser.MAX_PENDING_BITS);
      assertThat(parser.state() >>> McuParser.STATE_BITS).isZero();
      parser.accept(McuParserTest.shortest(parser, probe));
    }
  }

  /// Whether an FF is no data: a marker, or one of the FF that may fill up the space before it.
  private static boolean hasMarkers(byte[] data) {
    return data.length > 0 && McuParserTest.hasMarkers(data);
  }

  private static int components(int format) {
    return (format & 1) == 0 ? 1 : 3;
  }

  private static Sampling sampling(int format) {
    return components(format) == 1 ? Sampling.S444 : Sampling.values()[format >> 1 & 3];
  }

  private static HuffmanTables tables(int format) {
    return HuffmanTables.values()[format >> 3];
  }

  private static McuParser parser(int format) {
    return new McuParser(components(format), sampling(format), tables(format));
  }

  /// A file of one MCU up to its data.
  private static byte[] header(int format) {
    Sampling sampling = sampling(format);
    int width = 8 * sampling.horizontal();
    int height = 8 * sampling.vertical();
    EncoderOptions options =
        EncoderOptions.defaults()
            .withSampling(sampling)
            .withTables(tables(format))
            .withRestartInterval(1);
    byte[] file =
        new JpegEncoder(options)
            .encode(Pictures.make(Pictures.Kind.FLAT, width, height, components(format), 0));
    return Arrays.copyOf(file, McuParserTest.dataStart(file));
  }

  private static boolean decodes(byte[] head, byte[] data) {
    byte[] file = Arrays.copyOf(head, head.length + data.length + McuParserTest.EOI.length);
    System.arraycopy(data, 0, file, head.length, data.length);
    System.arraycopy(
        McuParserTest.EOI, 0, file, head.length + data.length, McuParserTest.EOI.length);
    return FuzzBudget.isAccepted(file.length, () -> STRICT.decode(file));
  }
}
