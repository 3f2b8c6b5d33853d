package dev.jacquard.jpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.jpeg.dct.QuantTable;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// decode(encode(coefficients)) is the identity, whatever the process.
class CoefficientsPropertyTest {
  private static JpegCoefficients random(SplittableRandom random) {
    ColorModel[] models = ColorModel.values();
    List<SamplingFactor> factors = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      factors.add(new SamplingFactor(1 + random.nextInt(2), 1 + random.nextInt(2)));
    }
    factors.set(0, new SamplingFactor(2, 2));
    factors.set(1, new SamplingFactor(1, 1));
    factors.set(2, new SamplingFactor(2, 1)); // an MCU has at most 10 blocks
    int precision = random.nextBoolean() ? 8 : 12;
    JpegCoefficients picture =
        JpegCoefficients.zero(
            1 + random.nextInt(60),
            1 + random.nextInt(60),
            precision,
            models[random.nextInt(models.length)],
            factors.subList(0, random.nextInt(4)),
            List.of(table(random), table(random)).subList(0, 1 + random.nextInt(2)));
    int limit = 1 << (precision + 2);
    int density = 1 + random.nextInt(64);
    for (ComponentCoefficients c : picture.components()) {
      for (int row = 0; row < c.blocksHigh(); row++) {
        for (int column = 0; column < c.blocksWide(); column++) {
          short[] block = new short[64];
          block[0] = (short) random.nextInt(-limit, limit);
          for (int i = 1; i < 64; i++) {
            int bits = 1 + random.nextInt(precision + 2);
            int value = random.nextInt(1 - (1 << bits), 1 << bits);
            block[i] = random.nextInt(64) < density ? (short) value : 0;
          }
          c.setBlock(row, column, block);
        }
      }
    }
    return picture;
  }

  private static QuantTable table(SplittableRandom random) {
    return new QuantTable(random.ints(64, 1, random.nextBoolean() ? 256 : 65536).toArray());
  }

  private static void assertSame(JpegCoefficients actual, JpegCoefficients expected) {
    assertThat(actual.width()).isEqualTo(expected.width());
    assertThat(actual.height()).isEqualTo(expected.height());
    assertThat(actual.precision()).isEqualTo(expected.precision());
    assertThat(actual.colors()).isEqualTo(expected.colors());
    for (int i = 0; i < expected.components().size(); i++) {
      ComponentCoefficients c = expected.components().get(i);
      assertThat(actual.factor(i)).isEqualTo(expected.factor(i));
      assertThat(actual.quantTable(i)).isEqualTo(expected.quantTable(i));
      assertThat(actual.components().get(i).sameRows(c, 0, c.blocksHigh())).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void decodingUndoesEncoding(int seed) throws JpegException {
    SplittableRandom random = new SplittableRandom(seed);
    JpegDecoder decoder = new JpegDecoder(DecoderOptions.defaults().withStrict(true));
    for (int i = 0; i < 40; i++) {
      JpegCoefficients picture = random(random);
      int n = picture.components().size();
      ScanScript script =
          switch (random.nextInt(3)) {
            case 0 -> ScanScript.sequential();
            case 1 -> ScanScript.progressive();
            default -> ScanScript.parse(ScanScripts.progressive(n, random, true));
          };
      boolean typical = picture.precision() == 12 || script.isProgressive();
      EntropyCoding coding = EntropyCoding.values()[(typical ? 1 : 0) + random.nextInt(2)];
      EncoderOptions options =
          EncoderOptions.defaults()
              .withCoding(coding)
              .withScript(script)
              .withRestartInterval(random.nextInt(4));
      byte[] file = new JpegEncoder(options).encodeCoefficients(picture);
      DecodedCoefficients decoded = decoder.decodeCoefficients(file);
      assertSame(decoded.picture(), picture);
      assertThat(decoded.warnings()).isEmpty();
    }
  }

  @Test
  void eightTurnsUndoEachOther() throws JpegException {
    Raster raster = Pictures.make(Pictures.Kind.SCENE, 64, 48, 3, 3);
    byte[] file = new JpegEncoder(EncoderOptions.defaults()).encode(raster);
    for (Transformation there : Transformation.values()) {
      Transformation back =
          switch (there) {
            case ROTATE_90 -> Transformation.ROTATE_270;
            case ROTATE_270 -> Transformation.ROTATE_90;
            default -> there;
          };
      assertThat(turn(turn(file, there), back)).as("%s", there).isEqualTo(file);
    }
    byte[] half = turn(turn(file, Transformation.ROTATE_90), Transformation.ROTATE_90);
    assertThat(half).isEqualTo(turn(file, Transformation.ROTATE_180)).isNotEqualTo(file);
  }

  private static byte[] turn(byte[] file, Transformation how) throws JpegException {
    TranscodeOptions options = TranscodeOptions.defaults().withTransformation(how);
    return new JpegTranscoder(options.withPerfect(true)).transcode(file);
  }

  @Test
  void orientationsAreUndone() throws JpegException {
    assertThat(Transformation.upright(6)).isEqualTo(Transformation.ROTATE_90);
    assertThat(Transformation.upright(8)).isEqualTo(Transformation.ROTATE_270);
    assertThatThrownBy(() -> Transformation.upright(9)).hasMessageContaining("need 1..8");
  }

  @Test
  void refusesCoefficientsThatNoCodeCanSay() {
    JpegCoefficients picture =
        JpegCoefficients.zero(
            8, 8, 8, ColorModel.GREY, List.of(), List.of(QuantTable.luminance(50)));
    short[] block = new short[64];
    block[5] = 1024;
    picture.components().getFirst().setBlock(0, 0, block);
    JpegEncoder encoder = new JpegEncoder(EncoderOptions.defaults());
    assertThatThrownBy(() -> encoder.encodeCoefficients(picture))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("jpeg encoder: AC coefficient too large; magnitude 1024; need less than 1024");
  }

  @Test
  void refusesWhatCannotBeDone() {
    Raster raster = Pictures.make(Pictures.Kind.SCENE, 50, 40, 3, 3);
    byte[] file = new JpegEncoder(EncoderOptions.defaults()).encode(raster);
    assertThatThrownBy(() -> turn(file, Transformation.ROTATE_90))
        .isInstanceOf(JpegUnsupportedException.class)
        .hasMessageContaining("50 x 40 pixels, not of whole MCUs of 16 x 16");
    TranscodeOptions crop = TranscodeOptions.defaults().withCrop(Crop.of(40, 40, 11, 0));
    assertThatThrownBy(() -> new JpegTranscoder(crop).transcode(file))
        .isInstanceOf(JpegUnsupportedException.class);
    assertThatThrownBy(() -> Crop.parse("12y")).hasMessageContaining("need WxH+X+Y");
  }

  @ParameterizedTest
  @EnumSource
  void refusesDifferencesBeyondTheLargestCategory(EntropyCoding coding) {
    SamplingFactor factor = new SamplingFactor(1, 1);
    JpegCoefficients picture =
        JpegCoefficients.zero(
            16, 8, 8, ColorModel.GREY, List.of(factor), List.of(QuantTable.luminance(50)));
    short[] block = new short[64];
    block[0] = 20_000;
    picture.components().getFirst().setBlock(0, 0, block);
    block[0] = -20_000;
    picture.components().getFirst().setBlock(0, 1, block);
    JpegEncoder encoder = new JpegEncoder(EncoderOptions.defaults().withCoding(coding));
    assertThatThrownBy(() -> encoder.encodeCoefficients(picture))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("DC difference");
  }
}
