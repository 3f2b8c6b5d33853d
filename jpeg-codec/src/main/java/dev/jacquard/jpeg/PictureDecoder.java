package dev.jacquard.jpeg;

/// Collects a picture from the scans of its frame.
sealed interface PictureDecoder permits FrameDecoder, LosslessDecoder {
  /// Reads the scan header that comes next.
  ///
  /// @return what decodes the scan
  ScanDecoder beginScan() throws JpegException;

  /// Rows of the picture, from the top, whose samples will not change any more.
  int finalRows();

  /// Reports components that no scan has brought.
  void checkComplete() throws JpegFormatException;

  /// The picture as far as it is known.
  PixelArray show(Rendering rendering);
}
