package dev.jacquard.jpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.jpeg.dct.QuantTable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Pictures of more than 8 bits a sample: DCT-based of 12 bits, lossless of 2 to 16.
///
/// The files of `golden/deep` were made and decoded once by libjpeg-turbo 3.1.3 (PyPI `imagecodecs`
/// 2026.3.6); the index has the SHA-256 of their samples, 16 bits each, the higher byte first.
class DeepSamplesTest {
  private static final JpegDecoder STRICT =
      new JpegDecoder(DecoderOptions.defaults().withStrict(true));

  static byte[] resource(String name) throws IOException {
    try (InputStream in = DeepSamplesTest.class.getResourceAsStream("/golden/deep/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }

  static List<String> lines() throws IOException {
    return new String(resource("index.txt"), StandardCharsets.US_ASCII).lines().toList();
  }

  private static String digest(DeepRaster raster) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * raster.samples().length);
    bytes.asShortBuffer().put(raster.samples());
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(bytes.array()));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @MethodSource("lines")
  void decodesAsLibjpegTurbo3(String line) throws IOException {
    String[] words = line.split(" ");
    DeepRaster raster = STRICT.decodeDeep(resource(words[0]));
    int bits = words[0].startsWith("d") ? 12 : Integer.parseInt(words[0].substring(1, 3));
    assertThat(raster.precision()).isEqualTo(bits);
    assertThat(digest(raster)).isEqualTo(words[1]);
    assertThat(STRICT.decode(resource(words[0])).raster()).isEqualTo(raster.toRaster());
  }

  @Test
  void everyProcessOfTwelveBitsShowsTheSame() throws IOException {
    for (String line : lines().stream().filter(l -> l.startsWith("d")).toList()) {
      byte[] file = resource(line.split(" ")[0]);
      for (EntropyCoding coding : EntropyCoding.values()) {
        for (ScanScript script : List.of(ScanScript.sequential(), ScanScript.progressive())) {
          StreamOptions stream = StreamOptions.defaults().withCoding(coding).withScript(script);
          TranscodeOptions options = TranscodeOptions.defaults().withStream(stream);
          byte[] other = new JpegTranscoder(options).transcode(file);
          boolean same = coding != EntropyCoding.ARITHMETIC && !script.isProgressive();
          assertThat(Arrays.equals(other, file)).isEqualTo(same);
          assertThat(STRICT.decodeDeep(other)).isEqualTo(STRICT.decodeDeep(file));
        }
      }
    }
  }

  @Test
  void twelveBitsAreTheCosineTransformOfTheCoefficients() throws JpegException {
    int[] steps = new int[64];
    Arrays.fill(steps, 3);
    JpegCoefficients picture =
        JpegCoefficients.zero(8, 8, 12, ColorModel.GREY, List.of(), List.of(new QuantTable(steps)));
    short[] block = new short[64];
    for (int i = 0; i < 64; i++) {
      block[i] = (short) ((i * 37 % 64 - 32) * 60 / (1 + i));
    }
    picture.components().getFirst().setBlock(0, 0, block);
    byte[] file = new JpegEncoder(EncoderOptions.defaults()).encodeCoefficients(picture);
    DeepRaster raster = STRICT.decodeDeep(file);
    for (int y = 0; y < 8; y++) {
      for (int x = 0; x < 8; x++) {
        double sum = 2048;
        for (int v = 0; v < 8; v++) {
          for (int u = 0; u < 8; u++) {
            double scale = (u == 0 ? Math.sqrt(0.5) : 1) * (v == 0 ? Math.sqrt(0.5) : 1) / 4;
            double across = Math.cos((2 * x + 1) * u * Math.PI / 16);
            double down = Math.cos((2 * y + 1) * v * Math.PI / 16);
            sum += scale * 3 * block[8 * v + u] * across * down; // T.81 A.3.3
          }
        }
        assertThat((double) raster.sample(x, y, 0)).isBetween(sum - 1, sum + 1);
      }
    }
  }

  @Test
  void baselineFilesHaveEightBits() throws IOException {
    byte[] file = resource(lines().getFirst().split(" ")[0]);
    int at = StrictDecodingTest.find(file, Marker.SOF1);
    file[at + 1] = (byte) Marker.SOF0;
    assertThatThrownBy(() -> STRICT.decode(file))
        .isInstanceOf(JpegUnsupportedException.class)
        .hasMessageContaining("12-bit samples in a frame of SOF0");
  }

  @Test
  void scalesToEightBits() {
    DeepRaster two = new DeepRaster(4, 1, 1, 2, new short[] {0, 1, 2, 3});
    assertThat(two.toRaster().samples()).containsExactly(0, 85, (byte) 170, (byte) 255);
    DeepRaster sixteen = new DeepRaster(2, 1, 1, 16, new short[] {(short) 0x8000, -1});
    assertThat(sixteen.toRaster().samples()).containsExactly((byte) 128, (byte) 255);
    assertThatThrownBy(() -> new DeepRaster(1, 1, 1, 17, new short[1]))
        .hasMessageContaining("17 bits");
  }
}
