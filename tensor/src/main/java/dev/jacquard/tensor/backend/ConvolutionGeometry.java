package dev.jacquard.tensor.backend;

import dev.jacquard.tensor.shape.ShapeException;

/// How the window of a two-dimensional convolution moves: output `(oy, ox)` meets weight `(ky, kx)`
/// at input
///
/// ```text
/// iy = oy · strideY + ky · dilationY - top
/// ix = ox · strideX + kx · dilationX - left
/// ```
///
/// and counts 0 where that lies outside. The padding at the bottom and on the right only decides
/// how many outputs there are.
///
/// @param strideY rows from one output to the next, at least 1
/// @param strideX columns from one output to the next, at least 1
/// @param top rows of zeros above, `>= 0`
/// @param left columns of zeros on the left, `>= 0`
/// @param bottom rows of zeros below, `>= 0`
/// @param right columns of zeros on the right, `>= 0`
/// @param dilationY rows from one weight to the next, at least 1
/// @param dilationX columns from one weight to the next, at least 1
/// @param groups parts of the channels that are convolved apart, at least 1
public record ConvolutionGeometry(
    int strideY,
    int strideX,
    int top,
    int left,
    int bottom,
    int right,
    int dilationY,
    int dilationX,
    int groups) {

  /// Stride 1, no padding, no dilation, one group.
  public static final ConvolutionGeometry PLAIN =
      new ConvolutionGeometry(1, 1, 0, 0, 0, 0, 1, 1, 1);

  /// Checks the numbers.
  ///
  /// @throws ShapeException if one is out of its range
  public ConvolutionGeometry {
    boolean steps = strideY >= 1 && strideX >= 1 && dilationY >= 1 && dilationX >= 1 && groups >= 1;
    if (!steps || top < 0 || left < 0 || bottom < 0 || right < 0) {
      throw new ShapeException(
          ("convolution: geometry out of range; strides %d, %d, padding %d, %d, %d, %d, dilation"
                  + " %d, %d, groups %d; need padding >= 0 and the rest >= 1")
              .formatted(strideY, strideX, top, left, bottom, right, dilationY, dilationX, groups));
    }
  }

  /// The same on both axes.
  ///
  /// @param stride pixels from one output to the next
  /// @param padding zeros on every side
  /// @return without dilation, in one group
  public static ConvolutionGeometry of(int stride, int padding) {
    return PLAIN.withStride(stride, stride).withPadding(padding, padding);
  }

  /// With other strides.
  ///
  /// @param y rows from one output to the next
  /// @param x columns from one output to the next
  /// @return a changed copy
  public ConvolutionGeometry withStride(int y, int x) {
    return new ConvolutionGeometry(y, x, top, left, bottom, right, dilationY, dilationX, groups);
  }

  /// With as much padding before as after.
  ///
  /// @param y rows of zeros above and below
  /// @param x columns of zeros on either side
  /// @return a changed copy
  public ConvolutionGeometry withPadding(int y, int x) {
    return withPadding(y, x, y, x);
  }

  /// With padding that differs from side to side.
  ///
  /// @param newTop rows of zeros above
  /// @param newLeft columns of zeros on the left
  /// @param newBottom rows of zeros below
  /// @param newRight columns of zeros on the right
  /// @return a changed copy
  public ConvolutionGeometry withPadding(int newTop, int newLeft, int newBottom, int newRight) {
    return new ConvolutionGeometry(
        strideY, strideX, newTop, newLeft, newBottom, newRight, dilationY, dilationX, groups);
  }

  /// With holes between the weights.
  ///
  /// @param y rows from one weight to the next
  /// @param x columns from one weight to the next
  /// @return a changed copy
  public ConvolutionGeometry withDilation(int y, int x) {
    return new ConvolutionGeometry(strideY, strideX, top, left, bottom, right, y, x, groups);
  }

  /// With groups of channels.
  ///
  /// @param count how many
  /// @return a changed copy
  public ConvolutionGeometry withGroups(int count) {
    return new ConvolutionGeometry(
        strideY, strideX, top, left, bottom, right, dilationY, dilationX, count);
  }

  /// Rows of the output of a convolution.
  ///
  /// @param height rows of the input
  /// @param kernel rows of the weight
  /// @return at most 0 if the window does not fit
  public long outputHeight(long height, long kernel) {
    return Math.floorDiv(height + top + bottom - dilationY * (kernel - 1) - 1, strideY) + 1;
  }

  /// Columns of the output of a convolution.
  ///
  /// @param width columns of the input
  /// @param kernel columns of the weight
  /// @return at most 0 if the window does not fit
  public long outputWidth(long width, long kernel) {
    return Math.floorDiv(width + left + right - dilationX * (kernel - 1) - 1, strideX) + 1;
  }
}
