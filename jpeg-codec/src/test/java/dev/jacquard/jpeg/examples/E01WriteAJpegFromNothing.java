package dev.jacquard.jpeg.examples;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/// Writes a JPEG file with nothing but the language: no class of the codec, no table to copy.
///
/// A grey picture, baseline sequential; numbers in brackets are sections of ITU-T T.81. Its Huffman
/// codes are the symbols themselves, in 4 bits for DC and 8 bits for AC: every viewer takes that,
/// and real encoders differ only in giving frequent symbols shorter codes (Annex K.3).
public final class E01WriteAJpegFromNothing {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int lastBits; // of the byte that is not full yet
  private int lastCount;

  /// Writes rings into a file.
  ///
  /// @param args the file
  /// @throws IOException if it cannot be written
  public static void main(String[] args) throws IOException {
    int[][] picture = new int[100][150]; // [rows][columns], 0..255
    for (int i = 0; i < 100 * 150; i++) {
      double phase = (i % 150 * (i % 150) + i / 150 * (i / 150)) / 500.0;
      picture[i / 150][i % 150] = (int) (127.5 + 127.5 * Math.cos(phase));
    }
    Files.write(Path.of(args[0]), new E01WriteAJpegFromNothing().write(picture));
  }

  /// Encodes a picture.
  ///
  /// @param picture `[rows][columns]`, 0..255
  /// @return the file
  public byte[] write(int[][] picture) {
    // 1. The marker SOI starts a file (B.2.1); DQT brings 64 quantisation steps (B.2.4.1).
    hex("FFD8 FFDB 0043 00");
    int[] zigzag = zigzag();
    for (int k : zigzag) {
      out.write(step(k));
    }

    // 2. The frame header SOF0: 8 bits a sample, the size, one component with table 0 (B.2.2).
    hex("FFC0 000B 08 %04X %04X 01 01 11 00".formatted(picture.length, picture[0].length));

    // 3. Two Huffman tables DHT: how many codes of each length, and their symbols (B.2.4.2).
    hex("FFC4 001F 00 0000000C 00000000 00000000 00000000 000102030405060708090A0B");
    hex("FFC4 0112 10 00000000 000000FF 00000000 00000000");
    for (int symbol = 0; symbol < 0xFF; symbol++) { // a code of 1-bits alone is forbidden (C.2)
      out.write(symbol);
    }

    // 4. The scan header SOS; behind it come the blocks, row by row (B.2.3, A.2.2).
    hex("FFDA 0008 01 01 00 00 3F 00");
    int predicted = 0;
    for (int top = 0; top < picture.length; top += 8) {
      for (int left = 0; left < picture[0].length; left += 8) {
        int[] block = transform(picture, top, left);

        // 5. DC: the difference to the block before, as number of bits and bits (F.1.2.1).
        int difference = block[0] - predicted;
        predicted = block[0];
        code(size(difference), 4, difference);

        // 6. AC: runs of zeros, each with the number of bits of what ends it, and bits (F.1.2.2).
        int run = 0;
        for (int k = 1; k < 64; k++) {
          int value = block[zigzag[k]];
          if (value == 0) {
            run++;
            continue;
          }
          for (; run > 15; run -= 16) {
            code(0xF0, 8, 0); // sixteen zeros
          }
          code(run << 4 | size(value), 8, value);
          run = 0;
        }
        if (run > 0) {
          code(0x00, 8, 0); // end of block
        }
      }
    }

    // 7. 1-bits fill the last byte (F.1.2.3), and the marker EOI ends the file.
    bits(0x7F, 7);
    hex("FFD9");
    return out.toByteArray();
  }

  /// 8 x 8 pixels less 128, as sums of cosines, in units of their steps (A.3.1, A.3.3, A.3.4).
  private static int[] transform(int[][] picture, int top, int left) {
    int[] block = new int[64];
    for (int k = 0; k < 64; k++) { // the edge repeats beyond the picture
      double sum = 0;
      for (int i = 0; i < 64; i++) {
        int[] row = picture[Math.min(top + i / 8, picture.length - 1)];
        double wave = wave(i / 8, k / 8) * wave(i % 8, k % 8);
        sum += (row[Math.min(left + i % 8, row.length - 1)] - 128) * wave;
      }
      block[k] = (int) Math.round(sum / step(k));
    }
    return block;
  }

  private static double wave(int x, int u) {
    return Math.cos((2 * x + 1) * u * Math.PI / 16) * (u == 0 ? Math.sqrt(0.125) : 0.5);
  }

  /// How coarse a coefficient becomes: the finer the detail, the coarser.
  private static int step(int k) {
    return 6 + 2 * (k / 8 + k % 8);
  }

  /// The coefficients in order of detail, diagonal by diagonal (Figure A.6).
  private static int[] zigzag() {
    int[] order = new int[64];
    int n = 0;
    for (int d = 0; d < 15; d++) {
      for (int i = Math.max(0, d - 7); i <= Math.min(d, 7); i++) {
        order[n++] = d % 2 == 0 ? 8 * (d - i) + i : 8 * i + (d - i);
      }
    }
    return order;
  }

  private static int size(int value) {
    return 32 - Integer.numberOfLeadingZeros(Math.abs(value));
  }

  /// A Huffman code, and the bits of a value: those of `value - 1` if it is negative (F.1.2.1.1).
  private void code(int symbol, int length, int value) {
    bits(symbol, length);
    bits(value < 0 ? value - 1 : value, size(value));
  }

  /// The lowest bits of a number; X'FF' gets a zero byte behind it (F.1.2.3).
  private void bits(int value, int count) {
    for (int i = count - 1; i >= 0; i--) {
      lastBits = lastBits << 1 | (value >> i & 1);
      if (++lastCount % 8 == 0) {
        out.write(lastBits);
        if ((lastBits & 0xFF) == 0xFF) {
          out.write(0);
        }
      }
    }
  }

  private void hex(String digits) {
    out.writeBytes(HexFormat.of().parseHex(digits.replace(" ", "")));
  }
}
