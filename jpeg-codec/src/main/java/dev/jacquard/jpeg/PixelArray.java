package dev.jacquard.jpeg;

/// The pixels of a picture that is being decoded.
final class PixelArray {
  private final Frame frame;
  // in one of both
  private final byte[] bytes;
  private final short[] deep;

  /// Room for a picture.
  PixelArray(Frame frame) {
    this.frame = frame;
    int size = frame.width() * frame.height() * frame.components().size();
    this.bytes = new byte[frame.precision() == 8 ? size : 0];
    this.deep = new short[frame.precision() == 8 ? 0 : size];
  }

  Frame frame() {
    return frame;
  }

  /// Samples of 8 bits, interleaved; none if samples are deeper.
  byte[] bytes() {
    return bytes;
  }

  /// Deeper samples, interleaved.
  short[] deep() {
    return deep;
  }

  /// The picture, in 8 bits.
  Raster raster() {
    return frame.precision() == 8
        ? new Raster(frame.width(), frame.height(), frame.components().size(), bytes)
        : deepRaster().toRaster();
  }

  /// The picture, in all its bits.
  DeepRaster deepRaster() {
    return frame.precision() == 8
        ? DeepRaster.of(raster())
        : new DeepRaster(
            frame.width(), frame.height(), frame.components().size(), frame.precision(), deep);
  }
}
