package dev.jacquard.jpeg;

/// Which application data and comments a transcoder takes over from the old file.
public enum CopiedMarkers {
  /// Nothing: `jpegtran -copy none`.
  NONE,
  /// Comments: what `jpegtran` does without options.
  COMMENTS,
  /// The ICC profile, and what else is in APP2 segments: `jpegtran -copy icc`.
  ICC,
  /// Everything: `jpegtran -copy all`.
  ALL;

  boolean includes(MarkerSegment segment) {
    return switch (this) {
      case NONE -> false;
      case COMMENTS -> segment.marker() == Marker.COM;
      case ICC -> segment.marker() == Marker.APP2;
      case ALL -> true;
    };
  }
}
