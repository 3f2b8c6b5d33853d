package dev.jacquard.jpeg;

/// What the components of a frame mean. T.81 leaves it open; JFIF, Adobe's APP14 segment and habit
/// settle it.
enum ColorModel {
  GREY,
  YCC,
  RGB;

  /// Guesses as libjpeg does.
  ///
  /// @param jfif whether a JFIF APP0 segment was seen, which implies YCbCr
  /// @param adobeTransform the transform byte of Adobe's APP14 segment, -1 without one
  static ColorModel of(Frame frame, boolean jfif, int adobeTransform) {
    if (frame.components().size() == 1) {
      return GREY;
    }
    if (jfif) {
      return YCC;
    }
    if (adobeTransform >= 0) {
      return adobeTransform == 0 ? RGB : YCC;
    }
    int[] ids = frame.components().stream().mapToInt(FrameComponent::id).toArray();
    return ids[0] == 'R' && ids[1] == 'G' && ids[2] == 'B' ? RGB : YCC;
  }
}
