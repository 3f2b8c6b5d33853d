package dev.jacquard.jpeg;

import java.util.List;

/// A scan header (T.81 B.2.3) of a sequential process.
///
/// @param offset of its SOS segment in the stream
/// @param components in order of the header
record ScanHeader(int offset, List<ScanComponent> components) {

  /// One component of a scan.
  ///
  /// @param index of the component in the frame
  /// @param td DC table destination
  /// @param ta AC table destination
  record ScanComponent(int index, int td, int ta) {}

  /// Indices in the frame of the components.
  List<Integer> indices() {
    return components.stream().map(ScanComponent::index).toList();
  }
}
