package dev.jacquard.models.data;

import java.util.Objects;

/// A pure function from picture to picture; the usual ones are the static methods here.
@FunctionalInterface
public interface ImageTransform {

  /// Transforms a picture.
  ///
  /// @param picture the input, left as it is
  /// @return the output; may be the input itself if there is nothing to do
  Picture apply(Picture picture);

  /// This transform, then another.
  ///
  /// @param next what follows
  /// @return both in turn
  default ImageTransform then(ImageTransform next) {
    return picture -> next.apply(apply(picture));
  }

  /// The largest centred square, resized with antialiasing: how a picture of any shape becomes a
  /// training picture.
  ///
  /// @param width columns wanted
  /// @param height rows wanted; the square is stretched if it differs from `width`
  /// @param channels 1 or 3
  /// @return crop, resize and change of channels in turn
  static ImageTransform fit(int width, int height, int channels) {
    ImageTransform crop = ImageTransform::centreSquare;
    return crop.then(p -> Resize.bilinear(p, width, height)).then(p -> channels(p, channels));
  }

  /// Cuts out the largest centred square; an odd row or column stays at the far side, as in
  /// torchvision.
  ///
  /// @param picture any picture
  /// @return `[s, s, channels]`, s the shorter side
  static Picture centreSquare(Picture picture) {
    int side = Math.min(picture.width(), picture.height());
    if (picture.width() == picture.height()) {
      return picture;
    }
    int x0 = (picture.width() - side) / 2;
    int y0 = (picture.height() - side) / 2;
    return crop(picture, x0, y0, side, side);
  }

  /// Cuts out a rectangle.
  ///
  /// @param picture any picture
  /// @param x0 its left column
  /// @param y0 its upper row
  /// @param width its columns
  /// @param height its rows
  /// @return `[height, width, channels]`
  /// @throws IndexOutOfBoundsException if it does not lie within the picture
  static Picture crop(Picture picture, int x0, int y0, int width, int height) {
    Objects.checkFromIndexSize(x0, width, picture.width());
    Objects.checkFromIndexSize(y0, height, picture.height());
    int rowBytes = width * picture.channels();
    byte[] out = new byte[height * rowBytes];
    for (int y = 0; y < height; y++) {
      int from = ((y0 + y) * picture.width() + x0) * picture.channels();
      System.arraycopy(picture.samples(), from, out, y * rowBytes, rowBytes);
    }
    return new Picture(width, height, picture.channels(), out);
  }

  /// Mirrors left and right.
  ///
  /// @param picture any picture
  /// @return the mirror image
  static Picture flipHorizontal(Picture picture) {
    int c = picture.channels();
    byte[] in = picture.samples();
    byte[] out = new byte[in.length];
    for (int y = 0; y < picture.height(); y++) {
      int row = y * picture.width() * c;
      for (int x = 0; x < picture.width(); x++) {
        System.arraycopy(in, row + x * c, out, row + (picture.width() - 1 - x) * c, c);
      }
    }
    return new Picture(picture.width(), picture.height(), c, out);
  }

  /// Changes between grey and RGB: grey is repeated three times; RGB becomes `0.299 R + 0.587 G +
  /// 0.114 B`, rounded as a JPEG encoder does.
  ///
  /// @param picture any picture
  /// @param channels 1 or 3
  /// @return the same picture with that many channels
  /// @throws IllegalArgumentException if `channels` is neither 1 nor 3
  static Picture channels(Picture picture, int channels) {
    if (picture.channels() == channels) {
      return picture;
    }
    byte[] in = picture.samples();
    int pixels = Math.multiplyExact(picture.width(), picture.height());
    byte[] out = new byte[Math.multiplyExact(pixels, channels)];
    for (int i = 0; i < pixels; i++) {
      if (channels == 1) {
        int r = in[3 * i] & 0xFF;
        int g = in[3 * i + 1] & 0xFF;
        int b = in[3 * i + 2] & 0xFF;
        out[i] = (byte) ((19595 * r + 38470 * g + 7471 * b + 32768) >> 16);
      } else {
        out[3 * i] = out[3 * i + 1] = out[3 * i + 2] = in[i];
      }
    }
    return new Picture(picture.width(), picture.height(), channels, out);
  }

  /// Resizes with antialiasing; see [Resize].
  ///
  /// @param width columns wanted
  /// @param height rows wanted
  /// @return the transform
  static ImageTransform resize(int width, int height) {
    return picture -> Resize.bilinear(picture, width, height);
  }
}
