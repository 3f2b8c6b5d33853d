package dev.jacquard.jpeg;

import java.util.List;

/// How coefficients become a stream. Immutable; the `with` methods return a changed copy.
///
/// @param coding entropy coding
/// @param tables Huffman tables of sequential streams with [EntropyCoding#HUFFMAN]
/// @param script the scans
/// @param restartInterval what lies between restart markers, 0..65535; 0 for no markers
/// @param restartInRows whether the interval counts rows of MCUs, not MCUs
/// @param form whether the tables are part of the stream
/// @param segments application data and comments to be written behind the file header
public record StreamOptions(
    EntropyCoding coding,
    HuffmanTables tables,
    ScanScript script,
    int restartInterval,
    boolean restartInRows,
    StreamForm form,
    List<MarkerSegment> segments) {

  /// Checks that the parts fit.
  ///
  /// @throws IllegalArgumentException if the interval is out of range, or tables made for the
  ///   picture are not to be part of the stream
  public StreamOptions {
    segments = List.copyOf(segments);
    if (restartInterval < 0 || restartInterval > 0xFFFF) {
      throw new IllegalArgumentException(
          "jpeg encoder: restart interval out of range; " + restartInterval + "; need 0..65535");
    }
    if (form == StreamForm.IMAGE_ONLY && optimizes(coding, script)) {
      throw new IllegalArgumentException(
          "jpeg encoder: stream without its tables; coding %s, script %s; need typical tables"
              .formatted(coding, script));
    }
  }

  private static boolean optimizes(EntropyCoding coding, ScanScript script) {
    return coding == EntropyCoding.OPTIMIZED_HUFFMAN
        || (coding == EntropyCoding.HUFFMAN && script.isProgressive());
  }

  /// What `cjpeg` does without options: one Huffman-coded scan, no restart markers, a full file.
  ///
  /// @return the defaults
  public static StreamOptions defaults() {
    return new StreamOptions(
        EntropyCoding.HUFFMAN,
        HuffmanTables.TYPICAL,
        ScanScript.sequential(),
        0,
        false,
        StreamForm.FULL,
        List.of());
  }

  /// A copy with another entropy coding.
  ///
  /// @param coding the new one
  /// @return the copy
  public StreamOptions withCoding(EntropyCoding coding) {
    return new StreamOptions(
        coding, tables, script, restartInterval, restartInRows, form, segments);
  }

  /// A copy with other Huffman tables.
  ///
  /// @param tables the new ones
  /// @return the copy
  public StreamOptions withTables(HuffmanTables tables) {
    return new StreamOptions(
        coding, tables, script, restartInterval, restartInRows, form, segments);
  }

  /// A copy with other scans.
  ///
  /// @param script the new ones
  /// @return the copy
  public StreamOptions withScript(ScanScript script) {
    return new StreamOptions(
        coding, tables, script, restartInterval, restartInRows, form, segments);
  }

  /// A copy with restart markers after each so many MCUs.
  ///
  /// @param mcus 0..65535; 0 for no markers
  /// @return the copy
  public StreamOptions withRestartInterval(int mcus) {
    return new StreamOptions(coding, tables, script, mcus, false, form, segments);
  }

  /// A copy with restart markers after each so many rows of MCUs.
  ///
  /// @param rows 0..65535; 0 for no markers
  /// @return the copy
  public StreamOptions withRestartRows(int rows) {
    return new StreamOptions(coding, tables, script, rows, true, form, segments);
  }

  /// A copy with another form of stream.
  ///
  /// @param form the new one
  /// @return the copy
  public StreamOptions withForm(StreamForm form) {
    return new StreamOptions(
        coding, tables, script, restartInterval, restartInRows, form, segments);
  }

  /// A copy with other segments.
  ///
  /// @param segments application data and comments
  /// @return the copy
  public StreamOptions withSegments(List<MarkerSegment> segments) {
    return new StreamOptions(
        coding, tables, script, restartInterval, restartInRows, form, segments);
  }

  /// Whether Huffman tables are made for each scan.
  boolean optimizesTables() {
    return optimizes(coding, script);
  }

  /// MCUs between restart markers in a scan; what does not fit in its 16 bits is cut.
  int mcusBetweenRestarts(Mcu mcu) {
    long nominal = (long) restartInterval * (restartInRows ? mcu.wide() : 1);
    return (int) Math.min(nominal, 0xFFFF);
  }
}
