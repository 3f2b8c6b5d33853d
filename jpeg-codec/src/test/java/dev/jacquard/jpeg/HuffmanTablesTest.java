package dev.jacquard.jpeg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.jpeg.dct.QuantTable;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HuffmanTablesTest {
  private static final JpegDecoder STRICT =
      new JpegDecoder(DecoderOptions.defaults().withStrict(true));

  @ParameterizedTest
  @EnumSource
  void samePixelsWhateverTheTables(Sampling sampling) throws JpegException {
    for (Pictures.Kind kind : Pictures.Kind.values()) {
      for (int quality : new int[] {5, 50, 100}) {
        EncoderOptions options =
            EncoderOptions.defaults().withQuality(quality).withSampling(sampling);
        Raster picture = Pictures.make(kind, 41, 23, 3, quality);
        byte[] typical = new JpegEncoder(options).encode(picture);
        byte[] aligned =
            new JpegEncoder(options.withTables(HuffmanTables.BYTE_ALIGNED)).encode(picture);
        assertThat(STRICT.decode(aligned).raster().samples())
            .as("%s, quality %d", kind, quality)
            .isEqualTo(STRICT.decode(typical).raster().samples());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void alignedCodesFillBytesTogetherWithTheirValues(boolean isDc) {
    HuffmanSpec spec = HuffmanTables.BYTE_ALIGNED.spec(isDc, 0);
    assertThat(spec.size()).isEqualTo(isDc ? 12 : 162); // as many as the typical ones have
    int index = 0;
    int used = 0; // of 65536 strings of 16 bits
    for (int length = 1; length <= 16; length++) {
      for (int n = spec.count(length); n > 0; n--) {
        int size = spec.symbol(index++) & 15;
        assertThat((length + size) % 8).isZero();
        used += 1 << (16 - length);
      }
    }
    assertThat(used).as("a code of ones only is not allowed (T.81 C)").isLessThan(1 << 16);
  }

  @Test
  void smallValuesTakeOneByte() {
    // A flat block: a DC difference and the end of the block.
    Raster flat = new Raster(8, 8, 1, new byte[64]);
    EncoderOptions options =
        EncoderOptions.defaults()
            .withQuantTables(List.of(QuantTable.luminance(25)))
            .withTables(HuffmanTables.BYTE_ALIGNED);
    byte[] file = new JpegEncoder(options).encode(flat);
    int end = file.length - 2; // EOI
    assertThat(file[end - 3]).as("last byte of the SOS segment").isZero();
    assertThat(file[end - 1] & 0xFF).as("EOB, the first code of 8 bits").isEqualTo(0xE0);
  }
}
