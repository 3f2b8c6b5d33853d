package dev.jacquard.jpeg;

/// Quantisation and Huffman tables that streams in the abbreviated format for compressed image data
/// (T.81 B.4) rely on. Immutable.
public final class JpegTables {
  private static final JpegTables NONE = new JpegTables(new TableSet());

  private final TableSet tables;

  JpegTables(TableSet tables) {
    this.tables = tables.copy();
  }

  /// No tables at all: right for streams that bring their own.
  ///
  /// @return the empty set
  public static JpegTables none() {
    return NONE;
  }

  /// Reads a stream in the abbreviated format for table-specification data (T.81 B.5), as
  /// [JpegEncoder#encodeTables()] writes it; later segments replace tables of earlier ones.
  ///
  /// @param stream from SOI to EOI
  /// @return the tables in it
  /// @throws JpegException if the stream is broken or holds a picture
  public static JpegTables read(byte[] stream) throws JpegException {
    HeaderReader header =
        new HeaderReader(stream, new TableSet(), new Problems(true), DecoderLimits.defaults());
    header.expectStart();
    if (header.readUntilScan()) {
      throw new JpegFormatException("picture in a tables-only stream", header.offset(), "B.5");
    }
    return new JpegTables(header.tables());
  }

  TableSet copyOfTables() {
    return tables.copy();
  }
}
