package dev.jacquard.jpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.jpeg.dct.QuantTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class EncoderOptionsTest {
  private static final JpegDecoder STRICT =
      new JpegDecoder(DecoderOptions.defaults().withStrict(true));

  private final Raster raster = Pictures.make(Pictures.Kind.SCENE, 50, 40, 3, 2);

  @Test
  void everyCodingBringsTheSamePicture() throws JpegException {
    Raster expected =
        STRICT.decode(new JpegEncoder(EncoderOptions.defaults()).encode(raster)).raster();
    for (EntropyCoding coding : EntropyCoding.values()) {
      for (ScanScript script : List.of(ScanScript.sequential(), ScanScript.progressive())) {
        EncoderOptions options =
            EncoderOptions.defaults().withCoding(coding).withScript(script).withRestartInterval(3);
        DecodedJpeg decoded = STRICT.decode(new JpegEncoder(options).encode(raster));
        assertThat(decoded.raster()).as("%s", options).isEqualTo(expected);
      }
    }
  }

  @Test
  void writesItsOwnTables() throws JpegException {
    int[] ones = new int[64];
    Arrays.fill(ones, 1);
    EncoderOptions options =
        EncoderOptions.defaults()
            .withSampling(Sampling.S444)
            .withQuantTables(Collections.nCopies(2, new QuantTable(ones)));
    Raster decoded = STRICT.decode(new JpegEncoder(options).encode(raster)).raster();
    for (int i = 0; i < decoded.samples().length; i++) {
      int difference = (decoded.samples()[i] & 0xFF) - (raster.samples()[i] & 0xFF);
      assertThat(Math.abs(difference)).as("sample %d", i).isLessThanOrEqualTo(4);
    }
  }

  @Test
  void writesSegmentsThatTheDecoderFinds() throws JpegException {
    byte[] profile = new byte[100_000];
    Arrays.fill(profile, (byte) 7);
    List<MarkerSegment> segments = new ArrayList<>(MarkerSegment.iccProfile(profile));
    segments.add(MarkerSegment.orientation(6));
    segments.add(MarkerSegment.comment("woven"));
    EncoderOptions options =
        EncoderOptions.defaults().withStream(StreamOptions.defaults().withSegments(segments));
    JpegMetadata metadata = STRICT.decode(new JpegEncoder(options).encode(raster)).metadata();
    assertThat(metadata.iccProfile()).isEqualTo(profile);
    assertThat(metadata.orientation()).isEqualTo(6);
    assertThat(metadata.comments()).containsExactly("woven");
  }

  @Test
  void readsScanScripts() {
    ScanScript script = ScanScript.parse("0,1,2: 0-0, 0, 1; # DC\n0: 1-63, 0, 0; 1 :1 - 63 0 0;");
    assertThat(script.isProgressive()).isTrue();
    assertThat(ScanScript.parse("0; 1 2;").isProgressive()).isFalse();
  }

  @Test
  void refusesScanScriptsThatNoDecoderCouldFollow() {
    for (String text :
        new String[] {
          "",
          "0 1;",
          "0: 1-63, 0, 0;",
          "0: 0-0, 0, 0; 0: 1-70, 0, 0;",
          "0: 0-0, 0, 2; 0: 0-0, 2, 0;",
          "1 0: 0-0, 0, 0;",
          "0: 0-0, 0, 0; 0 1: 1-63, 0, 0;",
          "0; 0;",
          "x;"
        }) {
      assertThatThrownBy(
              () ->
                  new JpegEncoder(EncoderOptions.defaults().withScript(ScanScript.parse(text)))
                      .encode(raster))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("scan script: ");
    }
  }

  @Test
  void refusesWhatNoStreamCanSay() {
    assertThatThrownBy(
            () ->
                EncoderOptions.defaults()
                    .withForm(StreamForm.IMAGE_ONLY)
                    .withCoding(EntropyCoding.OPTIMIZED_HUFFMAN))
        .hasMessageContaining("stream without its tables");
    EncoderOptions thirds =
        EncoderOptions.defaults()
            .withFactors(List.of(new SamplingFactor(3, 1), new SamplingFactor(2, 1)));
    assertThatThrownBy(() -> new JpegEncoder(thirds).encode(raster))
        .hasMessageContaining("2 x 1 of 3 x 1");
    EncoderOptions huge = EncoderOptions.defaults().withFactors(List.of(new SamplingFactor(4, 4)));
    assertThatThrownBy(() -> new JpegEncoder(huge).encode(raster))
        .hasMessageContaining("more than 10 blocks in an MCU");
  }
}
