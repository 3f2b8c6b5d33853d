package dev.jacquard.jpeg;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// What a stream says about its picture beside the pixels.
///
/// @param segments application data and comments, in order
public record JpegMetadata(List<MarkerSegment> segments) {
  static final String EXIF = "Exif\0\0";
  static final String ICC = "ICC_PROFILE\0";
  private static final int ORIENTATION_TAG = 0x0112;

  /// Keeps a copy of the list.
  public JpegMetadata {
    segments = List.copyOf(segments);
  }

  /// How the picture is to be turned before it is shown (Exif 2.32, CIPA DC-008, 4.6.4, tag
  /// Orientation): 1 as it is, 2 mirrored, 3 by 180 degrees, 4 flipped, 5 transposed, 6 by 90
  /// degrees clockwise, 7 transversed, 8 by 270 degrees clockwise.
  ///
  /// @return 1..8; 1 if the stream does not say
  public int orientation() {
    for (MarkerSegment segment : segments) {
      if (segment.marker() == Marker.APP1 && segment.startsWith(EXIF, 14)) {
        byte[] data = segment.data();
        return orientation(ByteBuffer.wrap(data, 6, data.length - 6).slice());
      }
    }
    return 1;
  }

  /// Looks through the first directory of a TIFF structure.
  private static int orientation(ByteBuffer tiff) {
    tiff.order(tiff.getShort(0) == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int directory = tiff.getInt(4);
    if (tiff.getShort(2) != 42 || directory < 8 || directory > tiff.limit() - 2) {
      return 1;
    }
    int entries = tiff.getShort(directory) & 0xFFFF;
    for (int i = 0; i < entries; i++) {
      int at = directory + 2 + 12 * i;
      if (at > tiff.limit() - 12) {
        return 1;
      }
      if ((tiff.getShort(at) & 0xFFFF) == ORIENTATION_TAG) {
        int value = tiff.getShort(at + 8);
        return value >= 1 && value <= 8 ? value : 1;
      }
    }
    return 1;
  }

  /// The ICC profile, put together from its parts (ICC.1:2022, annex B.4).
  ///
  /// @return its bytes; none if there is no profile or a part of it is missing
  public byte[] iccProfile() {
    List<byte[]> parts =
        segments.stream()
            .filter(s -> s.marker() == Marker.APP2 && s.startsWith(ICC, 14))
            .map(MarkerSegment::data)
            .toList();
    ByteArrayOutputStream profile = new ByteArrayOutputStream();
    for (int number = 1; number <= parts.size(); number++) {
      int wanted = number;
      List<byte[]> found = parts.stream().filter(p -> (p[12] & 0xFF) == wanted).toList();
      if (found.size() != 1 || (found.getFirst()[13] & 0xFF) != parts.size()) {
        return new byte[0];
      }
      profile.write(found.getFirst(), 14, found.getFirst().length - 14);
    }
    return profile.toByteArray();
  }

  /// The comments.
  ///
  /// @return their texts, read as ISO 8859-1
  public List<String> comments() {
    return segments.stream()
        .filter(s -> s.marker() == Marker.COM)
        .map(s -> new String(s.data(), StandardCharsets.ISO_8859_1))
        .toList();
  }
}
