package dev.jacquard.jpeg;

import dev.jacquard.jpeg.color.SamplePlane;
import java.util.List;

/// Collects a picture from the scans of its frame.
sealed interface PictureDecoder permits FrameDecoder, LosslessDecoder {
  /// Decodes the scan whose header comes next.
  void decodeScan() throws JpegException;

  /// Reports components that no scan has brought.
  void checkComplete() throws JpegFormatException;

  /// The samples by component.
  List<SamplePlane> planes();

  /// The coefficients by component; none where the process has none.
  List<ComponentCoefficients> coefficients();
}
