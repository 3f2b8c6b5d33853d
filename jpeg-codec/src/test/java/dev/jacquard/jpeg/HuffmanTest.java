package dev.jacquard.jpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HuffmanTest {
  @Test
  void typicalTablesHaveTheCodesOfAnnexK() {
    // table K.3: category 0 is 00, category 11 is 111111110; table K.5: EOB is 1010
    assertThat(code(HuffmanSpec.DC_LUMINANCE, 0)).isEqualTo("00");
    assertThat(code(HuffmanSpec.DC_LUMINANCE, 11)).isEqualTo("111111110");
    assertThat(code(HuffmanSpec.AC_LUMINANCE, 0x00)).isEqualTo("1010");
    assertThat(code(HuffmanSpec.AC_LUMINANCE, 0xF0)).isEqualTo("11111111001");
    assertThat(code(HuffmanSpec.AC_LUMINANCE, 0xFA)).isEqualTo("1111111111111110");
    assertThat(code(HuffmanSpec.DC_CHROMINANCE, 11)).isEqualTo("11111111110");
    assertThat(code(HuffmanSpec.AC_CHROMINANCE, 0x00)).isEqualTo("00");
  }

  private static String code(HuffmanSpec spec, int symbol) {
    ByteSink sink = new ByteSink();
    BitWriter bits = new BitWriter(sink);
    new HuffmanEncoder(spec).write(bits, symbol, 0, 0);
    bits.write(1, 1); // so that the code's length shows
    bits.write(0, 16);
    bits.write(0, 31);
    bits.write(0, 31);
    StringBuilder text = new StringBuilder();
    byte[] bytes = sink.toByteArray();
    for (int i = 0; i < bytes.length; i++) {
      if (i > 0 && bytes[i - 1] == -1 && bytes[i] == 0) {
        continue;
      }
      text.append(Integer.toBinaryString(0x100 | bytes[i] & 0xFF).substring(1));
    }
    return text.substring(0, text.lastIndexOf("1"));
  }

  @Test
  void decodesWhatItEncodes() throws JpegFormatException {
    for (HuffmanSpec spec :
        new HuffmanSpec[] {
          HuffmanSpec.DC_LUMINANCE,
          HuffmanSpec.DC_CHROMINANCE,
          HuffmanSpec.AC_LUMINANCE,
          HuffmanSpec.AC_CHROMINANCE
        }) {
      SplittableRandom random = new SplittableRandom(5);
      int[] symbols = random.ints(2000, 0, spec.size()).map(spec::symbol).toArray();
      ByteSink sink = new ByteSink();
      BitWriter bits = new BitWriter(sink);
      HuffmanEncoder encoder = new HuffmanEncoder(spec);
      for (int symbol : symbols) {
        encoder.write(bits, symbol, symbol, 5);
      }
      bits.pad();
      HuffmanDecoder decoder = HuffmanDecoder.of(spec, BlockDecoders.AC, 0);
      BitReader in = new BitReader(sink.toByteArray(), 0);
      for (int symbol : symbols) {
        assertThat(decoder.decode(in)).isEqualTo(symbol);
        assertThat(in.peek(5)).isEqualTo(symbol & 31);
        in.skip(5);
      }
      assertThat(in.endsCleanly()).isTrue();
    }
  }

  @Test
  void aPatternWithoutCodeIsNoSymbol() throws JpegFormatException {
    HuffmanDecoder decoder = HuffmanDecoder.of(HuffmanSpec.AC_LUMINANCE, BlockDecoders.AC, 0);
    byte[] ones = {-1, 0, -1, 0, -1, 0};
    assertThat(decoder.decode(new BitReader(ones, 0))).isEqualTo(HuffmanDecoder.NO_CODE);
  }

  @Test
  void rejectsTablesThatUseTheCodeOfAllOnes() {
    byte[] counts = new byte[16];
    counts[0] = 2;
    HuffmanSpec spec = new HuffmanSpec(counts, new byte[] {1, 2});
    assertThatThrownBy(() -> HuffmanDecoder.of(spec, BlockDecoders.DC, 77))
        .isInstanceOf(JpegFormatException.class)
        .hasMessage("jpeg: too many Huffman codes of 1 bits at byte 77; T.81 C.2");
  }

  @Test
  void rejectsDcCategoriesOver15() {
    byte[] counts = new byte[16];
    counts[0] = 1;
    HuffmanSpec spec = new HuffmanSpec(counts, new byte[] {16});
    assertThatThrownBy(() -> HuffmanDecoder.of(spec, BlockDecoders.DC, 0))
        .hasMessageContaining("symbol 16");
  }
}
