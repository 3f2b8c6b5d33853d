package dev.jacquard.jpeg;

/// How densely the two chrominance components are sampled beside luminance (T.81 A.1.1).
///
/// The constant's name gives the usual notation `J:a:b`; its factors are those of the luminance
/// component, chrominance always having 1x1.
public enum Sampling {
  /// Chrominance at full resolution.
  S444(1, 1),
  /// Chrominance halved horizontally.
  S422(2, 1),
  /// Chrominance halved in both directions.
  S420(2, 2),
  /// Chrominance halved vertically.
  S440(1, 2);

  private final int horizontal;
  private final int vertical;

  Sampling(int horizontal, int vertical) {
    this.horizontal = horizontal;
    this.vertical = vertical;
  }

  /// Both factors of luminance.
  ///
  /// @return what the first component of a frame gets
  public SamplingFactor factor() {
    return new SamplingFactor(horizontal, vertical);
  }

  /// Horizontal sampling factor `H` of luminance.
  ///
  /// @return 1 or 2
  public int horizontal() {
    return horizontal;
  }

  /// Vertical sampling factor `V` of luminance.
  ///
  /// @return 1 or 2
  public int vertical() {
    return vertical;
  }
}
