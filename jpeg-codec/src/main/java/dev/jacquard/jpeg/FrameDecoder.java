package dev.jacquard.jpeg;

import dev.jacquard.jpeg.color.SamplePlane;
import dev.jacquard.jpeg.dct.QuantTable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Collects the DCT coefficients of a frame from its scans (T.81 E.2.2).
final class FrameDecoder implements PictureDecoder {
  private final byte[] data;
  private final HeaderReader header;
  private final Problems problems;
  private final Frame frame;
  private final Progression progression;
  private final List<ComponentCoefficients> coefficients;
  // the table in force when the component's first scan began; null before that
  private final @Nullable QuantTable[] quantTables;
  private final ScanProgress progress;

  FrameDecoder(byte[] data, HeaderReader header, Problems problems) throws JpegFormatException {
    this.data = data;
    this.header = header;
    this.problems = problems;
    this.frame = header.frame();
    this.progression = new Progression(frame.components().size());
    this.coefficients =
        frame.components().stream().map(c -> ComponentCoefficients.of(frame, c)).toList();
    this.progress = new ScanProgress(frame);
    this.quantTables = new @Nullable QuantTable[coefficients.size()];
  }

  @Override
  public ScanDecoder beginScan() throws JpegException {
    ScanHeader scan = header.readScan();
    for (int index : scan.indices()) {
      latchQuantTable(index, scan.offset());
    }
    enter(scan);
    BlockDecoders decoders = new BlockDecoders(frame, scan, header.tables(), problems);
    if (frame.isArithmetic()) {
      ArithmeticDecoder in = new ArithmeticDecoder(data, header.offset());
      return begin(scan, in, decoders.arithmetic(in));
    }
    BitReader in = new BitReader(data, header.offset());
    return begin(scan, in, decoders.huffman(in));
  }

  private void enter(ScanHeader scan) throws JpegFormatException {
    if (frame.isProgressive()) {
      progression.enter(scan, problems);
    } else if (!scan.band().equals(Band.ALL)) {
      String problem = scan.band() + ", need " + Band.ALL;
      problems.report(problem, scan.offset(), "B.2.3");
    }
  }

  private ScanDecoder begin(ScanHeader scan, EntropyReader in, List<BlockDecoder> decoders) {
    Mcu mcu = Mcu.of(frame, scan.indices());
    BlockScan blocks = new BlockScan(scan, mcu, decoders, coefficients);
    ScanDecoder decoder =
        new ScanDecoder(in, blocks, mcu.count(), header.restartInterval(), problems);
    progress.begin(scan.indices(), mcu, decoder);
    return decoder;
  }

  private void latchQuantTable(int index, int offset) throws JpegFormatException {
    if (quantTables[index] != null) {
      if (!frame.isProgressive()) {
        problems.report("second scan of component number " + index, offset, "B.2.3");
      }
      return;
    }
    QuantTable table = quantTable(index, offset);
    if (frame.sof() == Marker.SOF0 && table.needs16Bits()) {
      problems.report("16-bit quantisation table in a baseline frame", offset, "B.2.4.1");
    }
    quantTables[index] = table;
  }

  private QuantTable quantTable(int index, int offset) throws JpegFormatException {
    int number = frame.components().get(index).tq();
    QuantTable table = header.tables().quant(number);
    if (table == null) {
      throw new JpegFormatException("no quantisation table " + number, offset, "B.2.4.1");
    }
    return table;
  }

  /// The tables by component; of one that no scan has brought, the table that it would have.
  List<QuantTable> quantTablesOfAll() throws JpegFormatException {
    List<QuantTable> result = new ArrayList<>();
    for (int i = 0; i < quantTables.length; i++) {
      QuantTable table = quantTables[i];
      result.add(table == null ? quantTable(i, header.offset()) : table);
    }
    return result;
  }

  @Override
  public void checkComplete() throws JpegFormatException {
    List<Integer> missing = new ArrayList<>();
    for (int i = 0; i < quantTables.length; i++) {
      if (quantTables[i] == null) {
        missing.add(i);
      }
    }
    if (!missing.isEmpty()) {
      problems.report("no scan of components " + missing, header.offset(), "B.2.1");
    }
  }

  /// What a progressive picture that lacks bits is smoothed with.
  private BlockSmoothing smoothing() {
    return frame.isProgressive()
        ? BlockSmoothing.of(frame, progression, quantTables, progress.lastGoodMcuRow())
        : BlockSmoothing.NONE;
  }

  @Override
  public List<ComponentCoefficients> coefficients() {
    return coefficients;
  }

  @Override
  public int finalRows() {
    return frame.isProgressive() ? 0 : progress.finalRows();
  }

  /// Whether samples have 8 bits.
  boolean isSampleDepthOfBytes() {
    return frame.precision() == 8;
  }

  /// Transforms rows of blocks of a component, if a scan of it has begun.
  void transform(InverseStage stage, int index, int fromRow, int toRow) {
    QuantTable table = quantTables[index];
    if (table != null) {
      stage.transform(fromRow, toRow, table, BlockSmoothing.NONE);
    }
  }

  @Override
  public List<SamplePlane> planes() {
    BlockSmoothing smoothing = smoothing();
    List<SamplePlane> planes = new ArrayList<>();
    for (int i = 0; i < coefficients.size(); i++) {
      planes.add(
          new InverseStage(frame, i, coefficients.get(i)).transform(quantTables[i], smoothing));
    }
    return planes;
  }
}
