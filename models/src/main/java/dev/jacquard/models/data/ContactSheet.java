package dev.jacquard.models.data;

import java.util.Arrays;
import java.util.List;

/// Many small pictures side by side as one, each pixel enlarged to a square.
public final class ContactSheet {
  private static final int GAP = 2; // pixels of background between pictures

  private ContactSheet() {}

  /// Arranges pictures in rows.
  ///
  /// @param pictures at least one, all of one size; grey and colour may be mixed
  /// @param columns pictures in a row
  /// @param scale pixels of the sheet for one of a picture
  /// @return one RGB picture on a white background
  /// @throws IllegalArgumentException if there are none or sizes differ
  public static Picture of(List<Picture> pictures, int columns, int scale) {
    int width = pictures.isEmpty() ? 0 : pictures.getFirst().width();
    int height = pictures.isEmpty() ? 0 : pictures.getFirst().height();
    if (pictures.isEmpty()
        || pictures.stream().anyMatch(p -> p.width() != width || p.height() != height)) {
      throw new IllegalArgumentException(
          "contact sheet: %d pictures, the first %dx%d; need at least one, all of one size"
              .formatted(pictures.size(), width, height));
    }
    int cellWidth = width * scale + GAP;
    int cellHeight = height * scale + GAP;
    int rows = Math.ceilDiv(pictures.size(), columns);
    int sheetWidth = columns * cellWidth + GAP;
    int sheetHeight = rows * cellHeight + GAP;
    byte[] samples = new byte[sheetWidth * sheetHeight * 3];
    Arrays.fill(samples, (byte) 0xFF);
    for (int i = 0; i < pictures.size(); i++) {
      Picture rgb = ImageTransform.channels(pictures.get(i), 3);
      int x0 = GAP + i % columns * cellWidth;
      int y0 = GAP + i / columns * cellHeight;
      for (int y = 0; y < height * scale; y++) {
        for (int x = 0; x < width * scale; x++) {
          int from = (y / scale * width + x / scale) * 3;
          int to = ((y0 + y) * sheetWidth + x0 + x) * 3;
          System.arraycopy(rgb.samples(), from, samples, to, 3);
        }
      }
    }
    return new Picture(sheetWidth, sheetHeight, 3, samples);
  }

  /// Puts sheets one below the other.
  ///
  /// @param sheets at least one RGB picture
  /// @return one RGB picture, as wide as the widest, white beside the others
  public static Picture stack(List<Picture> sheets) {
    int width = sheets.stream().mapToInt(Picture::width).max().orElseThrow();
    int height = sheets.stream().mapToInt(Picture::height).sum();
    byte[] samples = new byte[width * height * 3];
    Arrays.fill(samples, (byte) 0xFF);
    int y0 = 0;
    for (Picture sheet : sheets) {
      for (int y = 0; y < sheet.height(); y++) {
        int rowBytes = sheet.width() * 3;
        System.arraycopy(sheet.samples(), y * rowBytes, samples, (y0 + y) * width * 3, rowBytes);
      }
      y0 += sheet.height();
    }
    return new Picture(width, height, 3, samples);
  }
}
