package dev.jacquard.jpeg;

import dev.jacquard.jpeg.dct.QuantTable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// Writes coefficients as a stream, byte for byte as libjpeg-turbo does (T.81 B.2.1).
final class StreamWriter {
  private final StreamOptions options;
  private final Frame frame;
  private final ColorModel model;
  private final IntFunction<QuantTable> quantTables;
  private final ByteSink out = new ByteSink();
  private final HeaderWriter header = new HeaderWriter(out);
  private final Map<Integer, HuffmanSpec> sent = new HashMap<>();
  private int restartInterval;
  private boolean jfif = true;

  /// A writer of one stream.
  ///
  /// @param source size and components; the process is chosen here
  /// @param quantTables by number `Tq`
  StreamWriter(
      StreamOptions options, Frame source, ColorModel model, IntFunction<QuantTable> quantTables) {
    this.options = options;
    this.model = model;
    this.quantTables = quantTables;
    this.frame = source.withSof(process(source));
  }

  /// A writer of one picture.
  static StreamWriter of(StreamOptions options, JpegCoefficients picture) {
    for (int i = 0; i < picture.components().size(); i++) {
      for (int row = 0; row < picture.frame().mcusHigh(); row++) {
        picture.components().get(i).fillUp(picture.frame().components().get(i), row);
      }
    }
    return new StreamWriter(options, picture.frame(), picture.colors(), picture::table);
  }

  /// The same writer, told whether it may write a JFIF segment.
  StreamWriter withJfif(boolean allowed) {
    jfif = allowed;
    return this;
  }

  private int process(Frame source) {
    boolean progressive = options.script().isProgressive();
    if (options.coding() == EntropyCoding.ARITHMETIC) {
      return progressive ? Marker.SOF10 : Marker.SOF9;
    }
    if (progressive) {
      return Marker.SOF2;
    }
    // A baseline frame allows 8-bit quantisation steps only (B.2.4.1, Pq).
    boolean wide = tables(source).anyMatch(i -> quantTables.apply(i).needs16Bits());
    return wide || source.precision() > 8 ? Marker.SOF1 : Marker.SOF0;
  }

  private static IntStream tables(Frame frame) {
    return frame.components().stream().mapToInt(FrameComponent::tq).distinct();
  }

  /// Writes the stream.
  ///
  /// @param density what its JFIF segment says, if it has one
  /// @return the stream, from SOI to EOI
  /// @throws IllegalArgumentException if the scans do not fit the frame
  byte[] write(JfifHeader density, CoefficientSource coefficients) {
    List<ScanPlan> scans = options.script().plans(frame, model);
    out.writeMarker(Marker.SOI);
    if (jfif && model.hasJfif()) {
      header.jfif(density);
    } else if (model.hasAdobe()) {
      header.adobe(model == ColorModel.YCCK ? 2 : 0);
    }
    options.segments().forEach(header::segment);
    if (options.form() == StreamForm.FULL) {
      tables(frame).forEach(i -> header.quantTable(i, quantTables.apply(i)));
    }
    header.frame(frame);
    boolean onePass = scans.size() == 1 && !optimizesTables();
    CoefficientSource source = onePass ? coefficients : CoefficientSource.of(coefficients.all());
    scans.forEach(scan -> writeScan(scan, source));
    out.writeMarker(Marker.EOI);
    return out.toByteArray();
  }

  private void writeScan(ScanPlan scan, CoefficientSource coefficients) {
    if (scan.components().size() > 1 && Mcu.blocks(frame, scan.components()) > 10) {
      throw new IllegalArgumentException(
          "jpeg encoder: more than 10 blocks in an MCU; components %s; need separate scans"
              .formatted(scan.components()));
    }
    Mcu mcu = Mcu.of(frame, scan.components());
    BlockEncoders encoders =
        new BlockEncoders(scan, frame, model, options.script().isProgressive());
    if (options.coding() == EntropyCoding.ARITHMETIC) {
      header.conditioning(scan, model);
      writeScanHeader(scan, mcu);
      ArithmeticEncoder segments = new ArithmeticEncoder(out);
      encode(scan, mcu, coefficients, out, segments, encoders.arithmetic(segments));
      return;
    }
    Map<Integer, HuffmanSpec> tables = tables(scan, mcu, encoders, coefficients);
    sendTables(scan, tables);
    writeScanHeader(scan, mcu);
    BitWriter bits = new BitWriter(out);
    IntFunction<HuffmanEncoder> codes = i -> Objects.requireNonNull(tables.get(i)).encoder();
    encode(scan, mcu, coefficients, out, bits, encoders.huffman(codes, bits));
  }

  private void encode(
      ScanPlan scan,
      Mcu mcu,
      CoefficientSource source,
      ByteSink to,
      EntropyWriter segments,
      List<BlockEncoder> encoders) {
    List<ComponentCoefficients> strips = source.strips();
    int interval = options.mcusBetweenRestarts(mcu);
    ScanEncoder encoder = new ScanEncoder(to, segments, interval, scan, mcu, encoders, strips);
    for (int row = 0; row < frame.mcusHigh(); row++) {
      source.compute(row, strips);
      encoder.encodeTo(mcu.countTo(row + 1, frame));
    }
    encoder.finish();
  }

  /// The typical tables have no codes for the coefficients of deep samples.
  private boolean optimizesTables() {
    return options.optimizesTables() || frame.precision() > 8;
  }

  private void writeScanHeader(ScanPlan scan, Mcu mcu) {
    int interval = options.mcusBetweenRestarts(mcu);
    if (interval != restartInterval) {
      header.restartInterval(interval);
      restartInterval = interval;
    }
    header.scan(scan, frame, model);
  }

  /// The Huffman tables of a scan, by number and class; where they are made for it, by coding it
  /// once to see which symbols it needs.
  private Map<Integer, HuffmanSpec> tables(
      ScanPlan scan, Mcu mcu, BlockEncoders encoders, CoefficientSource coefficients) {
    Map<Integer, HuffmanSpec> tables = new HashMap<>();
    if (!optimizesTables()) {
      for (int component : scan.components()) {
        int number = model.codingTable(component);
        tables.put(number, options.tables().spec(true, number));
        tables.put(BlockEncoders.AC | number, options.tables().spec(false, number));
      }
    } else if (scan.needsDcTable() || scan.needsAcTable()) {
      Map<Integer, SymbolCounter> counters = new HashMap<>();
      IntFunction<SymbolWriter> count = i -> counters.computeIfAbsent(i, _ -> new SymbolCounter());
      ByteSink nowhere = new ByteSink();
      BitWriter bits = new BitWriter(nowhere);
      encode(scan, mcu, coefficients, nowhere, bits, encoders.counting(count, bits));
      counters.forEach((i, counter) -> tables.put(i, counter.best()));
    }
    return tables;
  }

  private void sendTables(ScanPlan scan, Map<Integer, HuffmanSpec> tables) {
    if (options.form() != StreamForm.FULL) {
      return;
    }
    if (optimizesTables()) {
      sent.clear();
    }
    for (int component : scan.components()) {
      int number = model.codingTable(component);
      if (scan.needsDcTable()) {
        sendOnce(number, tables);
      }
      if (scan.needsAcTable()) {
        sendOnce(BlockEncoders.AC | number, tables);
      }
    }
  }

  private void sendOnce(int classAndNumber, Map<Integer, HuffmanSpec> tables) {
    HuffmanSpec spec = Objects.requireNonNull(tables.get(classAndNumber));
    if (!spec.equals(sent.put(classAndNumber, spec))) {
      header.huffmanTable(classAndNumber, spec);
    }
  }
}
