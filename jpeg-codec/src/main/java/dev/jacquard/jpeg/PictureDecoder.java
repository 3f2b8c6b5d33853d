package dev.jacquard.jpeg;

import dev.jacquard.jpeg.color.SamplePlane;
import java.util.List;

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

  /// The samples by component.
  List<SamplePlane> planes();

  /// The coefficients by component; none where the process has none.
  List<ComponentCoefficients> coefficients();
}
