package dev.jacquard.jpeg;

import dev.jacquard.jpeg.dct.QuantTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Collects the DCT coefficients of a frame from its scans (T.81 E.2.2).
///
/// Where one scan brings all of a picture, it can be shown on the way, and the coefficients of one
/// row of MCUs are all that is in memory.
final class FrameDecoder implements PictureDecoder {
  private final byte[] data;
  private final HeaderReader header;
  private final Problems problems;
  private final Frame frame;
  private final Progression progression;
  private final boolean keepsCoefficients;
  // of the whole picture, or, where it is shown on the way, of a row of MCUs
  private List<ComponentCoefficients> coefficients = List.of();
  // the table in force when the component's first scan began; null before that
  private final @Nullable QuantTable[] quantTables;
  private final ScanProgress progress;
  private @Nullable ScanHeader current;

  /// A decoder of one frame.
  ///
  /// @param keepsCoefficients whether all of them are wanted at the end
  FrameDecoder(byte[] data, HeaderReader header, Problems problems, boolean keepsCoefficients)
      throws JpegFormatException {
    this.data = data;
    this.keepsCoefficients = keepsCoefficients;
    this.header = header;
    this.problems = problems;
    this.frame = header.frame();
    this.progression = new Progression(frame.components().size());
    this.progress = new ScanProgress(frame);
    this.quantTables = new @Nullable QuantTable[frame.components().size()];
  }

  @Override
  public ScanDecoder beginScan() throws JpegException {
    ScanHeader scan = header.readScan();
    List<ComponentCoefficients> targets = targets(scan);
    for (int index : scan.indices()) {
      latchQuantTable(index, scan.offset());
    }
    enter(scan);
    current = scan;
    Mcu mcu = Mcu.of(frame, scan.indices());
    ScanDecoder decoder =
        begin(scan, mcu, header.offset(), header.restartInterval(), problems, targets);
    progress.begin(scan.indices(), mcu, decoder);
    return decoder;
  }

  private ScanDecoder begin(
      ScanHeader scan,
      Mcu mcu,
      int position,
      int restartInterval,
      Problems reports,
      List<ComponentCoefficients> targets)
      throws JpegFormatException {
    BlockDecoders decoders = new BlockDecoders(frame, scan, header.tables(), reports);
    EntropyReader in;
    List<BlockDecoder> byComponent;
    if (frame.isArithmetic()) {
      ArithmeticDecoder arithmetic = new ArithmeticDecoder(data, position);
      byComponent = decoders.arithmetic(arithmetic);
      in = arithmetic;
    } else {
      BitReader huffman = new BitReader(data, position);
      byComponent = decoders.huffman(huffman);
      in = huffman;
    }
    BlockScan blocks = new BlockScan(scan, mcu, byComponent, targets);
    return new ScanDecoder(in, blocks, mcu.count(), restartInterval, reports);
  }

  /// Where a scan's coefficients go, by component of the frame. A sequential scan of a component
  /// that has been there is read, but what it says does not count.
  private List<ComponentCoefficients> targets(ScanHeader scan) {
    if (coefficients.isEmpty()) {
      boolean wholePicture = scan.indices().size() == frame.components().size();
      boolean strips = wholePicture && !frame.isProgressive() && !keepsCoefficients;
      coefficients =
          frame.components().stream()
              .map(
                  c ->
                      strips
                          ? ComponentCoefficients.strip(frame, c)
                          : ComponentCoefficients.of(frame, c))
              .toList();
    }
    List<ComponentCoefficients> targets = new ArrayList<>(coefficients);
    for (int i = 0; i < targets.size() && !frame.isProgressive(); i++) {
      if (quantTables[i] != null) {
        targets.set(i, ComponentCoefficients.strip(frame, frame.components().get(i)));
      }
    }
    return targets;
  }

  private void enter(ScanHeader scan) throws JpegFormatException {
    if (frame.isProgressive()) {
      progression.enter(scan, problems);
    } else if (!scan.band().equals(Band.ALL)) {
      String problem = scan.band() + ", need " + Band.ALL;
      problems.report(problem, scan.offset(), "B.2.3");
    }
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

  /// The coefficients by component.
  List<ComponentCoefficients> coefficients() {
    return coefficients;
  }

  @Override
  public int finalRows() {
    return frame.isProgressive() ? 0 : progress.finalRows();
  }

  /// Whether the scan that has begun is to be shown on the way.
  boolean showsOnTheWay() {
    return coefficients.getFirst().isStrip();
  }

  /// Decodes the scan that has begun, and shows the picture on the way.
  ///
  /// @param threads how many may work on it, if it has restart markers
  PixelArray decodeAndShow(ScanDecoder scan, Rendering rendering, int threads)
      throws JpegException {
    PixelArray pixels = new PixelArray(frame);
    int end = threads > 1 ? decodeInParallel(rendering, pixels, threads) : -1;
    if (end >= 0) {
      header.continueAt(end);
      return pixels;
    }
    RowStage rows = rows(rendering, pixels);
    for (int row = 0; row < frame.mcusHigh(); row++) {
      coefficients.forEach(ComponentCoefficients::clear);
      scan.decodeTo(progress.mcusTo(row + 1));
      rows.advance();
    }
    scan.decode();
    header.continueAt(scan.offset());
    return pixels;
  }

  /// Decodes the scan that has begun by several threads.
  ///
  /// @return its end, or -1 if it cannot be done
  private int decodeInParallel(Rendering rendering, PixelArray pixels, int threads)
      throws JpegException {
    ScanHeader scan = Objects.requireNonNull(current);
    Mcu mcu = Mcu.of(frame, scan.indices());
    int interval = header.restartInterval();
    ParallelScan.PartFactory factory =
        (position, firstMcu, firstRow) -> {
          Problems flaws = new Problems(true);
          List<ComponentCoefficients> strips =
              frame.components().stream().map(c -> ComponentCoefficients.strip(frame, c)).toList();
          ScanDecoder part = begin(scan, mcu, position, interval, flaws, strips);
          RowStage rows = new RowStage(rendering, strips, quantTables, BlockSmoothing.NONE, pixels);
          return new ParallelScan.Part(part.from(firstMcu), strips, rows.from(firstRow));
        };
    return new ParallelScan(data, header.offset(), frame, mcu, interval).decode(factory, threads);
  }

  /// What turns the coefficients into pixels, with what they hold when a row is asked for.
  RowStage rows(Rendering rendering, PixelArray pixels) {
    return new RowStage(rendering, coefficients, quantTables, smoothing(), pixels);
  }

  @Override
  public PixelArray show(Rendering rendering) {
    PixelArray pixels = new PixelArray(frame);
    rows(rendering, pixels).advanceTo(frame.height());
    return pixels;
  }

  /// Whether samples have 8 bits.
  boolean isSampleDepthOfBytes() {
    return frame.precision() == 8;
  }
}
