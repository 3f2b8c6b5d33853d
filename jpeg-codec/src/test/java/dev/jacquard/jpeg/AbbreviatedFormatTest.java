package dev.jacquard.jpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/// Tables-only and image-only streams, as libjpeg's `jpeg_write_tables` and `jpeg_suppress_tables`
/// write them and JPEG-LM (arXiv 2408.08459) uses them.
class AbbreviatedFormatTest {
  private static final EncoderOptions JPEG_LM =
      EncoderOptions.defaults().withQuality(25).withRestartInterval(1);

  /// The first 59 bytes of every 256x256 file of JPEG-LM: SOI, APP0, SOF0, DRI, SOS.
  private static final String HEADER =
      "ffd8ffe000104a46494600010100000100010000ffc00011080100010003012200021101031101"
          + "ffdd00040001ffda000c03010002110311003f00";

  /// The start of its tables: DQT 0 at quality 25, twice table K.1.
  private static final String QUANT_TABLE =
      "ffd8ffdb0043002016181c1814201c1a1c24222026305034302c2c3062464a3a5074667a787266706e8090b89c"
          + "8088ae8a6e70a0daa2aebec4ced0ce7c9ae2f2e0c8f0b8cacec6";

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  @Test
  void imageOnlyStreamStartsWithTheHeaderOfJpegLm() {
    Raster raster = Pictures.make(Pictures.Kind.SCENE, 256, 256, 3, 1);
    byte[] stream = new JpegEncoder(JPEG_LM.withForm(StreamForm.IMAGE_ONLY)).encode(raster);
    assertThat(hex(stream)).startsWith(HEADER);
    int markers = 0;
    int rst7 = 0;
    for (int i = 59; i + 1 < stream.length; i++) {
      if (stream[i] == -1 && Marker.isRestart(stream[i + 1] & 0xFF)) {
        markers++;
        rst7 += (stream[i + 1] & 0xFF) == Marker.RST7 ? 1 : 0;
      }
    }
    assertThat(markers).isEqualTo(255);
    assertThat(rst7).isEqualTo(31);
  }

  @Test
  void tablesAre570BytesBetweenTheirMarkers() {
    byte[] tables = new JpegEncoder(JPEG_LM).encodeTables();
    assertThat(tables).hasSize(2 + 570 + 2);
    assertThat(hex(tables)).startsWith(QUANT_TABLE).endsWith("f9faffd9");
  }

  @Test
  void tablesPlusImageHoldTheSegmentsOfTheFullFile() {
    Raster raster = Pictures.make(Pictures.Kind.SCENE, 40, 24, 3, 2);
    byte[] full = new JpegEncoder(JPEG_LM).encode(raster);
    byte[] image = new JpegEncoder(JPEG_LM.withForm(StreamForm.IMAGE_ONLY)).encode(raster);
    byte[] tables = new JpegEncoder(JPEG_LM).encodeTables();
    ByteArrayOutputStream spliced = new ByteArrayOutputStream();
    int quantEnd = 2 + 2 * 69;
    int frame = 20; // after SOI and APP0
    spliced.write(image, 0, frame);
    spliced.write(tables, 2, quantEnd - 2);
    spliced.write(image, frame, 19);
    spliced.write(tables, quantEnd, tables.length - 2 - quantEnd);
    spliced.write(image, frame + 19, image.length - frame - 19);
    assertThat(hex(spliced.toByteArray())).isEqualTo(hex(full));
  }

  @Test
  void imageOnlyStreamDecodesWithLoadedTables() throws JpegException {
    Raster raster = Pictures.make(Pictures.Kind.SCENE, 40, 24, 3, 2);
    byte[] full = new JpegEncoder(JPEG_LM).encode(raster);
    byte[] image = new JpegEncoder(JPEG_LM.withForm(StreamForm.IMAGE_ONLY)).encode(raster);
    JpegTables tables = JpegTables.read(new JpegEncoder(JPEG_LM).encodeTables());
    DecoderOptions strict = DecoderOptions.defaults().withStrict(true);
    DecodedJpeg expected = new JpegDecoder(strict).decode(full);
    DecodedJpeg actual = new JpegDecoder(strict.withTables(tables)).decode(image);
    assertThat(actual.raster()).isEqualTo(expected.raster());
    assertThatThrownBy(() -> new JpegDecoder(strict).decode(image))
        .hasMessageContaining("no quantisation table 0");
  }

  @Test
  void aPictureIsNoTablesOnlyStream() {
    Raster raster = Pictures.make(Pictures.Kind.FLAT, 8, 8, 1, 2);
    byte[] full = new JpegEncoder(JPEG_LM).encode(raster);
    assertThatThrownBy(() -> JpegTables.read(full))
        .isInstanceOf(JpegFormatException.class)
        .hasMessageContaining("picture in a tables-only stream");
  }
}
