package dev.jacquard.jpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// The first violation ends strict decoding with its place; tolerant decoding tells and goes on.
class StrictDecodingTest {
  private static final JpegDecoder STRICT =
      new JpegDecoder(DecoderOptions.defaults().withStrict(true));
  private static final JpegDecoder TOLERANT = new JpegDecoder(DecoderOptions.defaults());

  private final EncoderOptions options =
      EncoderOptions.defaults().withQuality(50).withRestartInterval(2);
  private final Raster raster = Pictures.make(Pictures.Kind.SCENE, 48, 48, 3, 4);
  private final byte[] file = new JpegEncoder(options).encode(raster);

  /// Index of the first byte of a marker.
  static int find(byte[] stream, int marker) {
    int at = 0;
    while (stream[at] != -1 || (stream[at + 1] & 0xFF) != marker) {
      at++;
    }
    return at;
  }

  private static void assertViolation(byte[] stream, int offset, String... texts) {
    assertThatThrownBy(() -> STRICT.decode(stream))
        .isInstanceOf(JpegFormatException.class)
        .hasMessageContainingAll(texts)
        .extracting(e -> ((JpegException) e).offset())
        .isEqualTo(offset);
  }

  @Test
  void acceptsItsOwnFilesWithoutWarning() throws JpegException {
    DecodedJpeg decoded = STRICT.decode(file);
    assertThat(decoded.warnings()).isEmpty();
    assertThat(decoded.endOffset()).isEqualTo(file.length);
  }

  @Test
  void reportsAWrongRestartMarkerWithPlaceAndSection() throws JpegException {
    int at = find(file, Marker.RST0 + 2);
    file[at + 1] = (byte) (Marker.RST0 + 6);
    assertViolation(file, at, "RST2 expected, RST6 found", "MCU 6", "T.81 E.2.4");
    assertThat(TOLERANT.decode(file).warnings()).hasSize(1);
    byte[] intact = new JpegEncoder(options).encode(raster);
    assertThat(TOLERANT.decode(file).raster()).isEqualTo(STRICT.decode(intact).raster());
  }

  @Test
  void reportsACutOffScan() throws JpegException {
    int at = find(file, Marker.RST0 + 1);
    byte[] cut = Arrays.copyOf(file, at);
    assertViolation(cut, at, "RST1 expected, EOI found", "E.2.4");
    DecodedJpeg shown = TOLERANT.decode(cut);
    assertThat(shown.warnings()).isNotEmpty();
    int lastPixel = shown.raster().sample(47, 47, 0);
    assertThat(lastPixel).as("grey where data is missing").isEqualTo(128);
  }

  @Test
  void reportsAMissingEndMarker() throws JpegException {
    byte[] cut = Arrays.copyOf(file, file.length - 2);
    assertViolation(cut, cut.length, "without an EOI marker", "B.2.1");
    assertThat(TOLERANT.decode(cut).warnings()).hasSize(1);
  }

  @Test
  void reportsPaddingOfZeroBits() {
    EncoderOptions plain = EncoderOptions.defaults();
    byte[] stream = new JpegEncoder(plain).encode(Pictures.make(Pictures.Kind.FLAT, 8, 8, 1, 3));
    stream[stream.length - 3] &= (byte) 0xFE;
    assertViolation(stream, stream.length - 3, "padding other than 1-bits", "F.1.2.3");
  }

  @Test
  void reportsAMissingHuffmanTableAndUsesTheTypicalOne() throws JpegException {
    int at = find(file, Marker.DHT);
    file[at + 1] = (byte) Marker.COM;
    assertThatThrownBy(() -> STRICT.decode(file)).hasMessageContaining("no DC Huffman table 0");
    byte[] intact = new JpegEncoder(options).encode(raster);
    assertThat(TOLERANT.decode(file).raster()).isEqualTo(STRICT.decode(intact).raster());
  }

  @Test
  void namesUnsupportedProcesses() {
    int at = find(file, Marker.SOF0);
    file[at + 1] = (byte) (Marker.SOF0 + 5);
    assertThatThrownBy(() -> TOLERANT.decode(file))
        .isInstanceOf(JpegUnsupportedException.class)
        .hasMessageContaining("hierarchical process (SOF5)");
    file[at + 1] = (byte) (Marker.SOF0 + 11);
    assertThatThrownBy(() -> TOLERANT.decode(file)).hasMessageContaining("arithmetic");
  }

  @Test
  void refusesPicturesOverTheLimitBeforeTakingMemory() {
    int at = find(file, Marker.SOF0);
    for (int i = 5; i < 9; i++) {
      file[at + i] = (byte) 0xFF; // 65535 x 65535
    }
    assertThatThrownBy(() -> TOLERANT.decode(file))
        .isInstanceOf(JpegUnsupportedException.class)
        .hasMessageContaining("65535 x 65535 pixels, over the limit");
  }

  @Test
  void refusesWhatIsNoJpeg() {
    assertThatThrownBy(() -> TOLERANT.decode(new byte[0])).isInstanceOf(JpegFormatException.class);
    assertThatThrownBy(() -> TOLERANT.decode(new byte[100]))
        .hasMessage("jpeg: no SOI marker, so no JPEG stream at byte 0; T.81 B.2.1");
  }
}
