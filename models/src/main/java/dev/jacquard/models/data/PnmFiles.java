package dev.jacquard.models.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// Reads and writes portable any-map files: PGM for grey and PPM for RGB, binary, with 8-bit
/// samples (formats `P5` and `P6` of Netpbm).
public final class PnmFiles {
  /* Format: magic number, white space, width, height and greatest value as decimal texts with
  white space or comments (# to the end of the line) between them, one white space character, then
  the samples row by row. */

  private static final int MAX_VALUE = 255;

  private PnmFiles() {}

  /// Reads a file.
  ///
  /// @param file a PGM or PPM file
  /// @return its picture
  /// @throws IOException if the file is missing, or an [ImageDataException] if it is no such file
  public static Picture read(Path file) throws IOException {
    return new Parser(Files.readAllBytes(file), file).picture();
  }

  /// Whether bytes start like a file that [#read(Path)] understands.
  ///
  /// @param start the first bytes of a file
  /// @return whether they are `P5` or `P6` and white space
  public static boolean isPnm(byte[] start) {
    return start.length > 2
        && start[0] == 'P'
        && (start[1] == '5' || start[1] == '6')
        && Character.isWhitespace(start[2]);
  }

  /// Encodes a picture.
  ///
  /// @param picture any picture
  /// @return a whole file: PGM if the picture is grey, else PPM
  public static byte[] encode(Picture picture) {
    String magic = picture.channels() == 1 ? "P5" : "P6";
    byte[] header =
        "%s\n%d %d\n%d\n"
            .formatted(magic, picture.width(), picture.height(), MAX_VALUE)
            .getBytes(StandardCharsets.US_ASCII);
    byte[] file = Arrays.copyOf(header, header.length + picture.samples().length);
    System.arraycopy(picture.samples(), 0, file, header.length, picture.samples().length);
    return file;
  }

  private static final class Parser {
    private final byte[] bytes;
    private final Path file;
    private int position = 2; // behind the magic number

    Parser(byte[] bytes, Path file) {
      this.bytes = bytes;
      this.file = file;
    }

    Picture picture() throws ImageDataException {
      if (!isPnm(bytes)) {
        throw problem("not a binary PGM or PPM file; need P5 or P6 at its start");
      }
      int channels = bytes[1] == '5' ? 1 : 3;
      int width = number("width");
      int height = number("height");
      int max = number("greatest value");
      position++; // the one white space before the samples
      if (max != MAX_VALUE) {
        throw problem("greatest value " + max + " not supported; need " + MAX_VALUE);
      }
      long pixels = (long) width * height;
      int there = bytes.length - position;
      if (pixels > there / channels) { // times channels it might not fit a long
        throw problem(
            "file ends early; %d bytes for %d x %d pixels of %d samples"
                .formatted(there, width, height, channels));
      }
      int end = position + (int) pixels * channels;
      byte[] samples = Arrays.copyOfRange(bytes, position, end);
      return new Picture(width, height, channels, samples);
    }

    private int number(String name) throws ImageDataException {
      skipSpace();
      int start = position;
      long value = 0;
      while (position < bytes.length && bytes[position] >= '0' && bytes[position] <= '9') {
        value = value * 10 + bytes[position++] - '0';
        if (value > Integer.MAX_VALUE) {
          throw problem(name + " too large at byte " + start);
        }
      }
      if (value == 0) {
        throw problem("no " + name + " at byte " + start + "; need a number of at least 1");
      }
      return (int) value;
    }

    private void skipSpace() {
      boolean comment = false;
      while (position < bytes.length) {
        byte b = bytes[position];
        comment = b == '#' || (comment && b != '\n' && b != '\r');
        if (!comment && !Character.isWhitespace(b)) {
          return;
        }
        position++;
      }
    }

    private ImageDataException problem(String text) {
      return new ImageDataException(file, text);
    }
  }
}
