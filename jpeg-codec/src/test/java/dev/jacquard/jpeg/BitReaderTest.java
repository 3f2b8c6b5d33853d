package dev.jacquard.jpeg;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BitReaderTest {
  private static byte[] bytes(int... values) {
    byte[] result = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = (byte) values[i];
    }
    return result;
  }

  private static int take(BitReader in, int n) {
    int value = in.peek(n);
    in.skip(n);
    return value;
  }

  @Test
  void readsBitsFromTheMostSignificantOn() {
    BitReader in = new BitReader(bytes(0b1010_0011, 0b0101_0000), 0);
    assertThat(take(in, 3)).isEqualTo(0b101);
    assertThat(take(in, 9)).isEqualTo(0b0_0011_0101);
    assertThat(in.overrun()).isFalse();
  }

  @Test
  void takesStuffedZerosOut() {
    BitReader in = new BitReader(bytes(0xFF, 0x00, 0x12), 0);
    assertThat(take(in, 16)).isEqualTo(0xFF12);
  }

  @Test
  void stopsAtMarkersAndDeliversZeros() {
    BitReader in = new BitReader(bytes(0xAB, 0xFF, 0xFF, 0xD3, 0xCD), 0);
    assertThat(take(in, 8)).isEqualTo(0xAB);
    assertThat(in.overrun()).isFalse();
    assertThat(take(in, 16)).isZero();
    assertThat(in.overrun()).isTrue();
    assertThat(in.nextMarker()).isEqualTo(0xD3);
    assertThat(in.offset()).isEqualTo(1);
    in.passMarker();
    assertThat(in.overrun()).isFalse();
    assertThat(take(in, 8)).isEqualTo(0xCD);
  }

  @Test
  void theEndOfTheDataIsAnEndMarker() {
    BitReader in = new BitReader(bytes(0x01, 0xFF), 0);
    assertThat(take(in, 8)).isEqualTo(1);
    assertThat(in.nextMarker()).isEqualTo(Marker.EOI);
    in.passMarker();
    assertThat(in.nextMarker()).isEqualTo(Marker.EOI);
  }

  /// Found by fuzzing: the place depended on how many bytes had been read ahead.
  @Test
  void fillBytesBeforeAStuffedZeroBelongToItsByte() {
    BitReader in = new BitReader(bytes(0xFF, 0xFF, 0xFF, 0x00, 0x12), 1);
    in.peek(16);
    assertThat(in.offset()).isEqualTo(1);
    assertThat(take(in, 8)).isEqualTo(0xFF);
    assertThat(in.offset()).isEqualTo(4);
  }

  @Test
  void knowsTheOffsetDespiteStuffing() {
    BitReader in = new BitReader(bytes(0x11, 0xFF, 0x00, 0x22, 0x33, 0x44), 0);
    take(in, 8);
    assertThat(in.offset()).isEqualTo(1);
    take(in, 8);
    assertThat(in.offset()).isEqualTo(3);
    take(in, 4);
    assertThat(in.offset()).isEqualTo(3);
  }

  @Test
  void paddingMustBeOnes() {
    BitReader ones = new BitReader(bytes(0b1011_1111, 0xFF, 0xD0), 0);
    take(ones, 2);
    assertThat(ones.endsCleanly()).isTrue();
    BitReader zeros = new BitReader(bytes(0b1011_1110, 0xFF, 0xD0), 0);
    take(zeros, 2);
    assertThat(zeros.endsCleanly()).isFalse();
    BitReader surplus = new BitReader(bytes(0b1011_1111, 0xFE, 0xFF, 0xD0), 0);
    take(surplus, 2);
    assertThat(surplus.endsCleanly()).isFalse();
  }

  @Test
  void extendsValuesOfACategory() {
    // F.2.2.1: of 3 bits, 000 is -7, 011 is -4, 100 is 4, 111 is 7
    BitReader in = new BitReader(bytes(0b0000_1110, 0b0111_0000), 0);
    assertThat(in.receiveExtend(3)).isEqualTo(-7);
    assertThat(in.receiveExtend(3)).isEqualTo(-4);
    assertThat(in.receiveExtend(3)).isEqualTo(4);
    assertThat(in.receiveExtend(3)).isEqualTo(7);
    assertThat(in.receiveExtend(0)).isZero();
  }
}
