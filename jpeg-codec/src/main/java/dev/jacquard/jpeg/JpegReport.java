package dev.jacquard.jpeg;

import java.util.List;

/// What a JPEG stream is made of; [#toString()] prints it for people, a line per segment.
///
/// @param lengthBytes length of the whole stream
/// @param process the coding process, for example `baseline (SOF0)`, or `none`
/// @param width in pixels, 0 without a frame
/// @param height in pixels, 0 without a frame
/// @param components one line per component of the frame: identifier, sampling, table
/// @param segments all marker segments in order, entropy-coded data left out
/// @param scans all scans in order
/// @param problems what keeps the list from being complete; empty for a good stream
public record JpegReport(
    int lengthBytes,
    String process,
    int width,
    int height,
    List<String> components,
    List<Segment> segments,
    List<Scan> scans,
    List<String> problems) {

  /// A marker, with its parameters if it has some.
  ///
  /// @param offset of the marker in the stream
  /// @param name the standard's symbol, for example `DQT`
  /// @param lengthBytes with the two bytes of the marker
  /// @param details what the parameters say, empty if there is nothing to tell
  public record Segment(int offset, String name, int lengthBytes, String details) {
    @Override
    public String toString() {
      return "%8d  %-5s %6d  %s".formatted(offset, name, lengthBytes, details).stripTrailing();
    }
  }

  /// A scan and its entropy-coded segments.
  ///
  /// @param offset of the SOS marker
  /// @param mcus number of MCUs that the headers call for
  /// @param blocksPerMcu blocks in each
  /// @param restartInterval MCUs between restart markers, 0 for none
  /// @param restartMarkers number of restart markers found
  /// @param expectedMarkers number of restart markers that the headers call for
  /// @param inOrder whether the markers found count 0 to 7 over and over
  /// @param entropyBytes length of the entropy-coded data, restart markers included
  public record Scan(
      int offset,
      int mcus,
      int blocksPerMcu,
      int restartInterval,
      int restartMarkers,
      int expectedMarkers,
      boolean inOrder,
      int entropyBytes) {
    @Override
    public String toString() {
      String restarts =
          restartInterval == 0 && restartMarkers == 0
              ? "no restart markers"
              : "a restart marker every %d MCUs: %d of %d, %s"
                  .formatted(
                      restartInterval,
                      restartMarkers,
                      expectedMarkers,
                      inOrder ? "in order" : "out of order");
      return "%8d  %d MCUs of %d blocks, %d bytes, %s"
          .formatted(offset, mcus, blocksPerMcu, entropyBytes, restarts);
    }
  }

  /// Copies the lists.
  public JpegReport {
    components = List.copyOf(components);
    segments = List.copyOf(segments);
    scans = List.copyOf(scans);
    problems = List.copyOf(problems);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append("%d bytes, %s, %d x %d pixels%n".formatted(lengthBytes, process, width, height));
    section(text, "components", components);
    section(text, "segments: offset, marker, bytes", segments);
    section(text, "scans: offset, contents", scans);
    section(text, "problems", problems);
    return text.toString();
  }

  private static void section(StringBuilder text, String title, List<?> lines) {
    if (!lines.isEmpty()) {
      text.append(title).append(System.lineSeparator());
      lines.forEach(line -> text.append("  ").append(line).append(System.lineSeparator()));
    }
  }
}
