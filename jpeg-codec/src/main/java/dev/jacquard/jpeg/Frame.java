package dev.jacquard.jpeg;

import java.util.List;

/// A frame header (T.81 B.2.2) and the dimensions that follow from it (A.1.1, A.2.4).
///
/// @param sof marker code, which tells the process (table B.1)
/// @param precision bits of a sample `P`
/// @param width samples per line `X`
/// @param height number of lines `Y`
/// @param components in order of the header
record Frame(int sof, int precision, int width, int height, List<FrameComponent> components) {

  /// Whether coefficients come in parts (Annex G).
  boolean isProgressive() {
    return sof == Marker.SOF2 || sof == Marker.SOF10;
  }

  /// Whether samples are predicted, not transformed (Annex H).
  boolean isLossless() {
    return sof == Marker.SOF3;
  }

  /// Width and height of a data unit: a block, or, in lossless processes, a sample (A.1.2).
  int unit() {
    return isLossless() ? 1 : 8;
  }

  /// Whether entropy coding is arithmetic, not by Huffman's codes (Annex D).
  boolean isArithmetic() {
    return sof >= Marker.SOF9;
  }

  /// The same frame of another process.
  Frame withSof(int marker) {
    return new Frame(marker, precision, width, height, components);
  }

  /// The same frame with other components.
  Frame withComponents(List<FrameComponent> others) {
    return new Frame(sof, precision, width, height, List.copyOf(others));
  }

  /// The same frame with a number of lines.
  Frame withHeight(int lines) {
    return new Frame(sof, precision, width, lines, components);
  }

  int maxH() {
    int max = 0;
    for (FrameComponent c : components) {
      max = Math.max(max, c.h());
    }
    return max;
  }

  int maxV() {
    int max = 0;
    for (FrameComponent c : components) {
      max = Math.max(max, c.v());
    }
    return max;
  }

  /// MCUs in a row of an interleaved scan of all components.
  int mcusWide() {
    return ceilDiv(width, unit() * maxH());
  }

  /// Rows of MCUs in an interleaved scan of all components.
  int mcusHigh() {
    return ceilDiv(height, unit() * maxV());
  }

  /// Samples of a component in memory, with those that fill up MCUs.
  long paddedSamples(FrameComponent c) {
    return (long) unit() * unit() * mcusWide() * c.h() * mcusHigh() * c.v();
  }

  /// Samples of a component in a line: `x_i = ⌈X · H_i / H_max⌉`.
  int sampleWidth(FrameComponent c) {
    return ceilDiv(width * c.h(), maxH());
  }

  /// Lines of a component: `y_i = ⌈Y · V_i / V_max⌉`.
  int sampleHeight(FrameComponent c) {
    return ceilDiv(height * c.v(), maxV());
  }

  /// Data units of a component in a row, without those that only fill up an MCU.
  int blocksWide(FrameComponent c) {
    return ceilDiv(width * c.h(), unit() * maxH());
  }

  /// Rows of data units of a component, without those that only fill up an MCU.
  int blocksHigh(FrameComponent c) {
    return ceilDiv(height * c.v(), unit() * maxV());
  }

  private static int ceilDiv(int a, int b) {
    return (a + b - 1) / b;
  }
}
