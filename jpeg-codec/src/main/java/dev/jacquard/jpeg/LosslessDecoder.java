package dev.jacquard.jpeg;

import dev.jacquard.jpeg.ScanHeader.ScanComponent;
import dev.jacquard.jpeg.color.SamplePlane;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Collects the samples of a lossless frame from its scans (T.81 Annex H).
final class LosslessDecoder implements PictureDecoder {
  private final byte[] data;
  private final HeaderReader header;
  private final Problems problems;
  private final Frame frame;
  private final List<SamplePlane> planes = new ArrayList<>();
  private final boolean[] seen;
  private final ScanProgress progress;

  LosslessDecoder(byte[] data, HeaderReader header, Problems problems) throws JpegFormatException {
    this.data = data;
    this.header = header;
    this.problems = problems;
    this.frame = header.frame();
    this.progress = new ScanProgress(frame);
    this.seen = new boolean[frame.components().size()];
    for (FrameComponent c : frame.components()) {
      int stride = frame.mcusWide() * c.h();
      short[] samples = new short[stride * frame.mcusHigh() * c.v()];
      Arrays.fill(samples, (short) (1 << (frame.precision() - 1)));
      planes.add(new SamplePlane(samples, stride, frame.sampleWidth(c), frame.sampleHeight(c)));
    }
  }

  @Override
  public ScanDecoder beginScan() throws JpegException {
    ScanHeader scan = header.readScan();
    check(scan);
    Mcu mcu = Mcu.of(frame, scan.indices());
    if (header.restartInterval() % mcu.wide() != 0) {
      String problem = "restart interval of %d MCUs, need a multiple of %d";
      throw new JpegFormatException(
          problem.formatted(header.restartInterval(), mcu.wide()), scan.offset(), "H.1.1");
    }
    BitReader in = new BitReader(data, header.offset());
    BlockDecoders tables = new BlockDecoders(frame, scan, header.tables(), problems);
    SymbolReader[] symbols = new SymbolReader[planes.size()];
    for (ScanComponent c : scan.components()) {
      symbols[c.index()] = tables.symbols(BlockDecoders.LOSSLESS, c.td(), in);
      seen[c.index()] = true;
    }
    LosslessScan samples = new LosslessScan(frame, scan, mcu, symbols, in, planes);
    ScanDecoder decoder =
        new ScanDecoder(in, samples, mcu.count(), header.restartInterval(), problems);
    progress.begin(scan.indices(), mcu, decoder);
    return decoder;
  }

  private void check(ScanHeader scan) throws JpegFormatException {
    Band band = scan.band(); // Ss is the predictor, Al the point transform (B.2.3)
    if (band.ss() < 1 || band.ss() > 7 || band.al() >= frame.precision()) {
      String problem = "lossless scan with predictor %d, point transform %d";
      throw new JpegFormatException(
          problem.formatted(band.ss(), band.al()), scan.offset(), "H.1.2.1");
    }
    if (band.se() != 0 || band.ah() != 0) {
      problems.report(band + " in a lossless scan", scan.offset(), "B.2.3");
    }
    for (int index : scan.indices()) {
      if (seen[index]) {
        problems.report("second scan of component number " + index, scan.offset(), "B.2.3");
      }
    }
  }

  @Override
  public void checkComplete() throws JpegFormatException {
    List<Integer> missing = IntStream.range(0, seen.length).filter(i -> !seen[i]).boxed().toList();
    if (!missing.isEmpty()) {
      problems.report("no scan of components " + missing, header.offset(), "B.2.1");
    }
  }

  @Override
  public int finalRows() {
    return progress.finalRows();
  }

  @Override
  public PixelArray show(Rendering rendering) {
    PixelArray pixels = new PixelArray(frame);
    new RasterStage(rendering, planes, pixels).convert(0, frame.height());
    return pixels;
  }
}
