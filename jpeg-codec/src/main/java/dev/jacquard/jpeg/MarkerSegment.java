package dev.jacquard.jpeg;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A segment that says something about a picture without changing how it decodes: application data
/// or a comment (T.81 B.2.4.5, B.2.4.6). Immutable.
public final class MarkerSegment {
  private final int marker;
  private final byte[] data;

  /// A segment.
  ///
  /// @param marker code: X'E0' to X'EF' for APP0 to APP15, X'FE' for a comment
  /// @param data what follows the length field, up to 65533 bytes
  /// @throws IllegalArgumentException if the marker is another one or the data too long
  public MarkerSegment(int marker, byte[] data) {
    if (marker != Marker.COM && (marker < Marker.APP0 || marker > Marker.APP15)) {
      throw new IllegalArgumentException(
          "marker segment: wrong marker; %02X; need E0..EF or FE".formatted(marker));
    }
    if (data.length > 65533) {
      throw new IllegalArgumentException(
          "marker segment: too long; " + data.length + " bytes; need at most 65533");
    }
    this.marker = marker;
    this.data = data.clone();
  }

  /// A comment segment.
  ///
  /// @param text in characters of ISO 8859-1
  /// @return the segment
  public static MarkerSegment comment(String text) {
    return new MarkerSegment(Marker.COM, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /// The segments that hold an ICC profile, cut into parts that fit (ICC.1:2022, annex B.4).
  ///
  /// @param profile its bytes
  /// @return one segment for each 65519 bytes
  /// @throws IllegalArgumentException if there would be more than 255
  public static List<MarkerSegment> iccProfile(byte[] profile) {
    int most = 65533 - 14;
    int n = (profile.length + most - 1) / most;
    if (n > 255) {
      throw new IllegalArgumentException(
          "marker segment: profile too long; "
              + profile.length
              + " bytes; need at most "
              + 255 * most);
    }
    List<MarkerSegment> segments = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      ByteArrayOutputStream data = new ByteArrayOutputStream();
      data.writeBytes(JpegMetadata.ICC.getBytes(StandardCharsets.US_ASCII));
      data.write(i + 1);
      data.write(n);
      data.write(profile, i * most, Math.min(most, profile.length - i * most));
      segments.add(new MarkerSegment(Marker.APP2, data.toByteArray()));
    }
    return segments;
  }

  /// An Exif segment that says how the picture is to be turned, and nothing else.
  ///
  /// @param orientation 1..8, see [JpegMetadata#orientation()]
  /// @return the segment
  public static MarkerSegment orientation(int orientation) {
    String tiff = "MM\0*\0\0\0\b" + "\0\1\1\22\0\3\0\0\0\1\0" + (char) orientation + "\0\0\0\0\0\0";
    String data = JpegMetadata.EXIF + tiff;
    return new MarkerSegment(Marker.APP1, data.getBytes(StandardCharsets.ISO_8859_1));
  }

  /// The marker's code.
  ///
  /// @return X'E0' to X'EF' or X'FE'
  public int marker() {
    return marker;
  }

  /// A copy of the contents.
  ///
  /// @return what follows the length field
  public byte[] data() {
    return data.clone();
  }

  /// Whether the contents begin with a text and are long enough.
  boolean startsWith(String text, int atLeast) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return data.length >= atLeast
        && Arrays.mismatch(data, bytes) == (data.length == bytes.length ? -1 : bytes.length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MarkerSegment s && marker == s.marker && Arrays.equals(data, s.data);
  }

  @Override
  public int hashCode() {
    return 31 * marker + Arrays.hashCode(data);
  }

  @Override
  public String toString() {
    return Marker.name(marker) + ", " + data.length + " bytes";
  }
}
