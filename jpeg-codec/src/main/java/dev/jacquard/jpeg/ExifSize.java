package dev.jacquard.jpeg;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The picture's size in an Exif segment (Exif 2.32, CIPA DC-008, 4.6.5: PixelXDimension and
/// PixelYDimension in the Exif directory), which must change with the picture.
final class ExifSize {
  private static final int DIRECTORY_TAG = 0x8769;
  private static final int WIDTH_TAG = 0xA002;
  private static final int HEIGHT_TAG = 0xA003;
  private static final int ENTRY_BYTES = 12;
  private static final short LONG = 4;

  private ExifSize() {}

  /// A copy of a segment with another size; where it has none, or is broken, the same.
  static MarkerSegment changed(MarkerSegment exif, int width, int height) {
    byte[] data = exif.data();
    ByteBuffer tiff = ByteBuffer.wrap(data, 6, data.length - 6).slice();
    if (tiff.limit() >= ENTRY_BYTES && readOrder(tiff)) {
      int main = offset(tiff, 4);
      int entry = find(tiff, main);
      if (entry >= 0) {
        change(tiff, offset(tiff, entry + 8), width, height);
      }
    }
    return new MarkerSegment(exif.marker(), data);
  }

  private static boolean readOrder(ByteBuffer tiff) {
    short order = tiff.getShort(0);
    tiff.order(order == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    return (order == 0x4949 || order == 0x4D4D) && tiff.getShort(2) == 42;
  }

  /// An offset to a directory; -1 for one that is outside of the segment.
  private static int offset(ByteBuffer tiff, int at) {
    int value = tiff.getInt(at);
    return value >= 0 && value <= Math.min(0xFFFF, tiff.limit() - 2) ? value : -1;
  }

  /// Where the entry for the Exif directory is, or -1.
  private static int find(ByteBuffer tiff, int directory) {
    int entries = directory < 0 ? 0 : tiff.getShort(directory) & 0xFFFF;
    for (int i = 0; i < entries; i++) {
      int at = directory + 2 + ENTRY_BYTES * i;
      if (at > tiff.limit() - ENTRY_BYTES) {
        return -1;
      }
      if ((tiff.getShort(at) & 0xFFFF) == DIRECTORY_TAG) {
        return at;
      }
    }
    return -1;
  }

  private static void change(ByteBuffer tiff, int directory, int width, int height) {
    int entries = directory < 0 ? 0 : tiff.getShort(directory) & 0xFFFF;
    if (entries < 2) {
      return;
    }
    for (int i = 0; i < entries; i++) {
      int at = directory + 2 + ENTRY_BYTES * i;
      if (at > tiff.limit() - ENTRY_BYTES) {
        return;
      }
      int tag = tiff.getShort(at) & 0xFFFF;
      if (tag == WIDTH_TAG || tag == HEIGHT_TAG) {
        tiff.putShort(at + 2, LONG).putInt(at + 4, 1);
        tiff.putInt(at + 8, tag == WIDTH_TAG ? width : height);
      }
    }
  }
}
