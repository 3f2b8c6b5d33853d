package dev.jacquard.jpeg;

import java.util.List;

/// A scan header (T.81 B.2.3).
///
/// @param offset of its SOS segment in the stream
/// @param components in order of the header
/// @param band what the scan codes of each coefficient
record ScanHeader(int offset, List<ScanComponent> components, Band band) {

  /// One component of a scan.
  ///
  /// @param index of the component in the frame
  /// @param td DC table destination, 0..15
  /// @param ta AC table destination, 0..15
  record ScanComponent(int index, int td, int ta) {}

  /// Indices in the frame of the components.
  List<Integer> indices() {
    return components.stream().map(ScanComponent::index).toList();
  }
}
