package dev.jacquard.jpeg;

/// A turn or reflection of a picture that keeps its coefficients: a block is turned by exchanging
/// its coefficients and changing their signs, since the basis functions of the DCT are even or odd.
///
/// Each is a transposition or none, followed by reflections. Only whole MCUs can be reflected; the
/// rest of a picture at the far edge stays where it is, as in `jpegtran`.
public enum Transformation {
  /// The picture as it is.
  NONE(false, false, false),
  /// Left and right exchanged.
  FLIP_HORIZONTAL(false, true, false),
  /// Top and bottom exchanged.
  FLIP_VERTICAL(false, false, true),
  /// Reflected at the diagonal from top left to bottom right.
  TRANSPOSE(true, false, false),
  /// Reflected at the other diagonal.
  TRANSVERSE(true, true, true),
  /// Turned clockwise by a quarter.
  ROTATE_90(true, true, false),
  /// Turned by a half.
  ROTATE_180(false, true, true),
  /// Turned anticlockwise by a quarter.
  ROTATE_270(true, false, true);

  private final boolean transposes;
  private final boolean mirrorsX;
  private final boolean mirrorsY;

  Transformation(boolean transposes, boolean mirrorsX, boolean mirrorsY) {
    this.transposes = transposes;
    this.mirrorsX = mirrorsX;
    this.mirrorsY = mirrorsY;
  }

  /// What undoes the orientation that an Exif segment tells of.
  ///
  /// @param orientation 1..8, see [JpegMetadata#orientation()]
  /// @return what shows the picture upright
  /// @throws IllegalArgumentException if the number is out of range
  public static Transformation upright(int orientation) {
    return switch (orientation) {
      case 1 -> NONE;
      case 2 -> FLIP_HORIZONTAL;
      case 3 -> ROTATE_180;
      case 4 -> FLIP_VERTICAL;
      case 5 -> TRANSPOSE;
      case 6 -> ROTATE_90;
      case 7 -> TRANSVERSE;
      case 8 -> ROTATE_270;
      default ->
          throw new IllegalArgumentException(
              "transformation: orientation out of range; " + orientation + "; need 1..8");
    };
  }

  /// Whether width and height change places.
  boolean transposes() {
    return transposes;
  }

  /// Whether the result is reflected horizontally, after a transposition.
  boolean mirrorsX() {
    return mirrorsX;
  }

  /// Whether the result is reflected vertically, after a transposition.
  boolean mirrorsY() {
    return mirrorsY;
  }

  /// Turns one block.
  ///
  /// @param mirrorX whether this block is reflected horizontally: only if [#mirrorsX()]
  /// @param mirrorY whether it is reflected vertically
  void apply(short[] from, int fromAt, short[] to, int toAt, boolean mirrorX, boolean mirrorY) {
    int oddColumns = mirrorX ? 1 : 0;
    int oddRows = mirrorY ? 1 : 0;
    for (int v = 0; v < 8; v++) {
      for (int u = 0; u < 8; u++) {
        short value = from[fromAt + (transposes ? 8 * u + v : 8 * v + u)];
        boolean negative = ((u & oddColumns) ^ (v & oddRows)) != 0;
        to[toAt + 8 * v + u] = negative ? (short) -value : value;
      }
    }
  }
}
