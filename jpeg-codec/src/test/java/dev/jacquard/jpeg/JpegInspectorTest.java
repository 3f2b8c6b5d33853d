package dev.jacquard.jpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class JpegInspectorTest {
  private static final EncoderOptions OPTIONS =
      EncoderOptions.defaults().withQuality(25).withRestartInterval(1);

  private final byte[] file =
      new JpegEncoder(OPTIONS).encode(Pictures.make(Pictures.Kind.SCENE, 70, 40, 3, 1));

  @Test
  void listsSegmentsAndRestartsOfAGoodFile() throws JpegException {
    JpegReport report = JpegInspector.inspect(file);
    assertThat(report.segments())
        .extracting(JpegReport.Segment::name)
        .containsExactly(
            "SOI", "APP0", "DQT", "DQT", "SOF0", "DHT", "DHT", "DHT", "DHT", "DRI", "SOS", "EOI");
    JpegReport.Scan scan = report.scans().getFirst();
    assertThat(scan.mcus()).isEqualTo(5 * 3);
    assertThat(scan.blocksPerMcu()).isEqualTo(6);
    assertThat(scan.restartMarkers()).isEqualTo(14).isEqualTo(scan.expectedMarkers());
    assertThat(scan.inOrder()).isTrue();
    assertThat(report.problems()).isEmpty();
    assertThat(report.toString())
        .contains("baseline (SOF0), 70 x 40 pixels", "table 1, 8 bits", "14 of 14, in order");
  }

  @Test
  void seesAMissingRestartMarkerAndACutOffEnd() throws JpegException {
    int marker = 0;
    while (file[marker] != -1 || (file[marker + 1] & 0xFF) != Marker.RST0 + 3) {
      marker++;
    }
    byte[] broken = Arrays.copyOf(file, file.length - 2);
    broken[marker] = 0;
    JpegReport report = JpegInspector.inspect(broken);
    assertThat(report.scans().getFirst().restartMarkers()).isEqualTo(13);
    assertThat(report.scans().getFirst().inOrder()).isFalse();
    assertThat(report.problems()).containsExactly("stream ends without an EOI marker");
  }

  @Test
  void listsStreamsOfTablesOnly() throws JpegException {
    JpegReport report = JpegInspector.inspect(new JpegEncoder(OPTIONS).encodeTables());
    assertThat(report.process()).isEqualTo("no frame");
    assertThat(report.segments()).hasSize(8);
    assertThat(report.problems()).isEmpty();
  }

  @Test
  void tellsWhereASegmentIsCutOff() throws JpegException {
    JpegReport report = JpegInspector.inspect(Arrays.copyOf(file, 100));
    assertThat(report.problems()).singleElement().asString().contains("DQT segment of 67 bytes");
  }

  @Test
  void refusesWhatIsNoJpeg() {
    assertThatThrownBy(() -> JpegInspector.inspect(new byte[] {'P', 'N', 'G'}))
        .isInstanceOf(JpegFormatException.class)
        .hasMessageContaining("no SOI marker");
  }
}
