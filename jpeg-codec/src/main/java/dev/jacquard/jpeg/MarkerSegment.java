package dev.jacquard.jpeg;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

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
