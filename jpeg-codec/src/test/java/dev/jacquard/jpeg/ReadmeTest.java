package dev.jacquard.jpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// The programs of README.md.
class ReadmeTest {
  private final byte[] rgb = new byte[3 * 64 * 48]; // 64 x 48 pixels, row by row
  private final Raster raster = new Raster(64, 48, 3, rgb);

  @Test
  void smallestProgram() throws JpegException {
    byte[] file = new JpegEncoder(EncoderOptions.defaults().withQuality(90)).encode(raster);
    DecodedJpeg decoded = new JpegDecoder(DecoderOptions.defaults()).decode(file);
    assertThat(decoded.raster()).hasToString("64 x 48, RGB").isEqualTo(raster);
    assertThat(JpegInspector.inspect(file).toString()).contains("12 MCUs of 6 blocks");
  }

  @Test
  void turnsWithoutLoss() throws JpegException {
    byte[] file = new JpegEncoder(EncoderOptions.defaults()).encode(raster);
    TranscodeOptions turn =
        TranscodeOptions.defaults().withTransformation(Transformation.ROTATE_90).withTrim(true);
    byte[] turned = new JpegTranscoder(turn).transcode(file);
    assertThat(JpegInspector.inspect(turned).width()).isEqualTo(48);
  }

  @Test
  void showsAPictureWhileItComes() throws JpegException {
    byte[] file = new JpegEncoder(EncoderOptions.defaults()).encode(raster);
    PushDecoder decoder = new PushDecoder(DecoderOptions.defaults());
    for (int at = 0; at < file.length; at += 100) {
      decoder.push(Arrays.copyOfRange(file, at, Math.min(file.length, at + 100)));
      if (decoder.hasPicture()) {
        assertThat(decoder.preview()).hasToString("64 x 48, RGB");
      }
    }
    assertThat(decoder.finish().raster()).isEqualTo(raster);
  }

  @Test
  void streamsWithoutTables() throws JpegException {
    EncoderOptions options = EncoderOptions.defaults().withQuality(25).withRestartInterval(1);
    byte[] image = new JpegEncoder(options.withForm(StreamForm.IMAGE_ONLY)).encode(raster);
    JpegTables tables = JpegTables.read(new JpegEncoder(options).encodeTables());
    DecoderOptions withTables = DecoderOptions.defaults().withTables(tables);
    Raster back = new JpegDecoder(withTables).decode(image).raster();
    assertThat(back).isEqualTo(raster);
  }
}
