package dev.jacquard.jpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Segments that are not about coefficients: metadata, lines, limits.
class MarkerTest {
  private final Raster raster = Pictures.make(Pictures.Kind.SCENE, 40, 24, 3, 4);
  private final byte[] file =
      new JpegEncoder(EncoderOptions.defaults().withRestartInterval(2)).encode(raster);

  private static byte[] withSegment(byte[] stream, int at, int marker, byte[] contents) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(stream, 0, at);
    out.writeBytes(
        new byte[] {
          -1, (byte) marker, (byte) ((contents.length + 2) >> 8), (byte) (contents.length + 2)
        });
    out.writeBytes(contents);
    out.write(stream, at, stream.length - at);
    return out.toByteArray();
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static DecodedJpeg decode(byte[] stream) throws JpegException {
    return new JpegDecoder(DecoderOptions.defaults().withStrict(true)).decode(stream);
  }

  @Test
  void readsTheOrientationInBothByteOrders() throws JpegException {
    String little = "Exif\0\0II*\0\b\0\0\0\1\0\u0012\1\3\0\1\0\0\0\6\0\0\0";
    String big = "Exif\0\0MM\0*\0\0\0\b\0\1\1\u0012\0\3\0\0\0\1\0\b\0\0";
    byte[] six = withSegment(file, 2, Marker.APP1, latin(little));
    assertThat(decode(six).metadata().orientation()).isEqualTo(6);
    byte[] eight = withSegment(file, 2, Marker.APP1, latin(big));
    assertThat(decode(eight).metadata().orientation()).isEqualTo(8);
    assertThat(decode(file).metadata().orientation()).isEqualTo(1);
  }

  @Test
  void cutOffExifSaysNothing() throws JpegException {
    String text = "Exif\0\0MM\0*\0\0\0\b\0\1\1\u0012\0\3\0\0\0\1\0\b\0\0";
    for (int n = 0; n < text.length() - 4; n++) {
      byte[] cut = withSegment(file, 2, Marker.APP1, latin(text.substring(0, n)));
      assertThat(decode(cut).metadata().orientation()).isEqualTo(1);
    }
  }

  @Test
  void putsThePartsOfAProfileInOrder() throws JpegException {
    byte[] second = withSegment(file, 20, Marker.APP2, latin("ICC_PROFILE\0\2\2world"));
    assertThat(decode(second).metadata().iccProfile()).as("first part missing").isEmpty();
    byte[] both =
        withSegment(second, second.length - 2, Marker.APP2, latin("ICC_PROFILE\0\1\2hello "));
    assertThat(decode(both).metadata().iccProfile()).isEqualTo(latin("hello world"));
  }

  @Test
  void keepsComments() throws JpegException {
    byte[] commented = withSegment(file, 2, Marker.COM, latin("no dog"));
    assertThat(decode(commented).metadata().comments()).isEqualTo(List.of("no dog"));
  }

  @Test
  void findsTheNumberOfLinesBehindTheFirstScan() throws JpegException {
    byte[] late = file.clone();
    int sof = StrictDecodingTest.find(late, Marker.SOF0);
    late[sof + 5] = 0;
    late[sof + 6] = 0;
    assertThatThrownBy(() -> decode(late)).hasMessageContaining("no DNL for a frame of 0 lines");
    byte[] told = withSegment(late, late.length - 2, Marker.DNL, new byte[] {0, 24});
    assertThat(decode(told).raster()).isEqualTo(decode(file).raster());
  }

  @Test
  void aLineCountThatBelongsToNoScanIsPassedOver() throws JpegException {
    for (byte[] contents : new byte[][] {{0, 24}, {0, 0}, {}, new byte[14]}) {
      byte[] stray = withSegment(file, 2, Marker.DNL, contents);
      DecodedJpeg shown = new JpegDecoder(DecoderOptions.defaults()).decode(stray);
      assertThat(shown.raster()).isEqualTo(decode(file).raster());
      assertThat(shown.warnings()).hasSize(1);
      assertThatThrownBy(
              () -> new JpegDecoder(DecoderOptions.defaults().withStrict(true)).decode(stray))
          .hasMessageContaining("DNL that does not belong to a scan");
    }
  }

  @Test
  void limitsAreCheckedBeforeWork() {
    DecoderLimits limits = DecoderLimits.defaults();
    assertRefused(limits.withPixels(40 * 24 - 1), "picture of 40 x 24 pixels, over the limit");
    assertRefused(limits.withBytes(12_000), "bytes, over the limit of 12000");
    assertRefused(limits.withSegments(3), "marker segment number 4, over the limit of 3");
  }

  @Test
  void scansAreCounted() throws JpegException {
    int sos = StrictDecodingTest.find(file, Marker.SOS);
    byte[] scan = Arrays.copyOfRange(file, sos, file.length - 2);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(file, 0, sos);
    for (int i = 0; i < 5; i++) {
      out.writeBytes(scan);
    }
    DecoderOptions options =
        DecoderOptions.defaults().withLimits(DecoderLimits.defaults().withScans(4));
    List<JpegWarning> warnings = new JpegDecoder(options).decode(out.toByteArray()).warnings();
    assertThat(warnings.getLast().message()).contains("scan number 5, over the limit of 4");
  }

  private void assertRefused(DecoderLimits limits, String message) {
    JpegDecoder decoder = new JpegDecoder(DecoderOptions.defaults().withLimits(limits));
    assertThatThrownBy(() -> decoder.decode(file))
        .isInstanceOf(JpegUnsupportedException.class)
        .hasMessageContaining(message);
  }
}
