package dev.jacquard.jpeg;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The part of a picture that is kept, in pixels of the result. Its left and top edges are moved
/// outwards to the next border of MCUs, since nothing less can be cut off without loss.
///
/// @param horizontal columns that are kept
/// @param vertical rows that are kept
public record Crop(Extent horizontal, Extent vertical) {
  private static final Pattern SPEC =
      Pattern.compile(
          "(?:(\\d{1,5})([fF]?))?(?:[xX](\\d{1,5})([fF]?))?(?:([+-])(\\d{1,5}))?(?:([+-])(\\d{1,5}))?");

  /// Columns or rows.
  ///
  /// @param size how many are kept, 0 for all behind the offset
  /// @param isExact whether the size stays as it is, even if the offset is moved
  /// @param offset how many are cut off
  /// @param isFromEnd whether they are cut off at the right or bottom
  public record Extent(int size, boolean isExact, int offset, boolean isFromEnd) {
    /// Everything.
    public static final Extent ALL = new Extent(0, false, 0, false);

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException if a number is negative
    public Extent {
      if (size < 0 || offset < 0) {
        throw new IllegalArgumentException(
            "crop: number out of range; size " + size + ", offset " + offset + "; need 0 or more");
      }
    }

    /// Whether there is anything to keep.
    ///
    /// @param full columns or rows of the picture
    boolean fits(int full) {
      return offset < full && size <= full - offset;
    }

    /// MCUs that are cut off at the left or top.
    int firstMcu(int full, int mcu) {
      return start(full) / mcu;
    }

    /// What is kept behind them, in pixels.
    int length(int full, int mcu) {
      return sizeOf(full) + (isExact ? 0 : start(full) % mcu);
    }

    private int sizeOf(int full) {
      return size == 0 ? full - offset : size;
    }

    private int start(int full) {
      return isFromEnd ? full - sizeOf(full) - offset : offset;
    }
  }

  /// The whole picture.
  ///
  /// @return what cuts nothing off
  public static Crop none() {
    return new Crop(Extent.ALL, Extent.ALL);
  }

  /// A rectangle.
  ///
  /// @param width columns, at least 1
  /// @param height rows, at least 1
  /// @param x columns to the left of it
  /// @param y rows above it
  /// @return the rectangle
  public static Crop of(int width, int height, int x, int y) {
    return new Crop(new Extent(width, false, x, false), new Extent(height, false, y, false));
  }

  /// Reads a rectangle in the language of `jpegtran -crop`: `WxH+X+Y`, where parts may be missing;
  /// `f` after a size keeps it exact, a minus sign counts from the right or bottom.
  ///
  /// @param text the rectangle
  /// @return the rectangle
  /// @throws IllegalArgumentException if it cannot be read
  public static Crop parse(String text) {
    Matcher m = SPEC.matcher(text);
    if (text.isEmpty() || !m.matches()) {
      throw new IllegalArgumentException("crop: no rectangle; \"" + text + "\"; need WxH+X+Y");
    }
    return new Crop(
        extent(text, m.group(1), m.group(2), m.group(5), m.group(6)),
        extent(text, m.group(3), m.group(4), m.group(7), m.group(8)));
  }

  private static Extent extent(
      String text,
      @Nullable String size,
      @Nullable String force,
      @Nullable String sign,
      @Nullable String offset) {
    int n = size == null ? 0 : Integer.parseInt(size);
    if (size != null && n == 0) {
      throw new IllegalArgumentException("crop: empty rectangle; \"" + text + "\"; need WxH+X+Y");
    }
    boolean exact = force != null && !force.isEmpty();
    return new Extent(n, exact, offset == null ? 0 : Integer.parseInt(offset), "-".equals(sign));
  }
}
