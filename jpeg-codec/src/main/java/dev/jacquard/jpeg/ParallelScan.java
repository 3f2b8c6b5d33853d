package dev.jacquard.jpeg;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;

/// Decodes a scan with restart markers by several threads: what lies between two markers depends on
/// nothing before (T.81 E.1.4), so that each thread can begin at one.
///
/// Only flawless scans are decoded so. Whatever is wrong with one, [#decode] says that it cannot,
/// and the scan is to be decoded from front to back, which knows what to do.
final class ParallelScan {
  private final byte[] data;
  private final Frame frame;
  private final Mcu mcu;
  private final int interval;
  private final int[] starts;

  /// A scan.
  ///
  /// @param from its first byte
  /// @param interval MCUs between restart markers, 0 for none
  ParallelScan(byte[] data, int from, Frame frame, Mcu mcu, int interval) {
    this.data = data;
    this.frame = frame;
    this.mcu = mcu;
    this.interval = interval;
    this.starts = interval == 0 ? new int[1] : starts(from, Math.ceilDiv(mcu.count(), interval));
  }

  /// Where the restart intervals begin, as far as their markers count up as they must.
  private int[] starts(int from, int intervals) {
    int[] found = new int[intervals];
    found[0] = from;
    EntropyBytes bytes = new EntropyBytes(data, from);
    for (int i = 1; i < intervals; i++) {
      if (bytes.nextMarker() != Marker.RST0 + (i - 1) % 8) {
        return Arrays.copyOf(found, i);
      }
      bytes.passMarker();
      found[i] = bytes.position();
    }
    return found;
  }

  /// A decoder of a part of a scan.
  ///
  /// @param scan positioned at the start of an interval
  /// @param rows positioned at the row of MCUs in which it is
  record Part(ScanDecoder scan, List<ComponentCoefficients> strips, RowStage rows) {}

  /// Makes decoders.
  interface PartFactory {
    /// A decoder of a part.
    ///
    /// @param position of its first byte
    /// @param firstMcu its first MCU, with which a restart interval begins
    /// @param firstRow the first row of MCUs that it is to show
    Part part(int position, int firstMcu, int firstRow) throws JpegFormatException;
  }

  /// Decodes and shows the scan.
  ///
  /// @return the end of the scan, or -1 if it has to be decoded from front to back
  int decode(PartFactory factory, int threads) throws JpegFormatException {
    int rows = frame.mcusHigh();
    int parts = Math.min(threads, rows / 2);
    if (parts < 2 || starts.length < parts || starts.length * (long) interval < mcu.count()) {
      return -1;
    }
    List<Callable<Integer>> tasks = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      int from = rows * i / parts;
      int to = rows * (i + 1) / parts;
      tasks.add(() -> decode(factory, from, to));
    }
    try {
      return Threads.run(tasks, threads).getLast();
    } catch (JpegException _) {
      return -1;
    }
  }

  /// Decodes some rows of MCUs, and the one above them, which they are interpolated with.
  ///
  /// @return the end of the scan, if these are its last rows
  private int decode(PartFactory factory, int fromRow, int toRow) throws JpegFormatException {
    int shown = Math.max(0, fromRow - 1);
    int first = mcu.countTo(shown, frame) / interval;
    Part part = factory.part(starts[first], first * interval, shown);
    part.scan().decodeTo(mcu.countTo(shown, frame));
    for (int row = shown; row < toRow; row++) {
      part.strips().forEach(ComponentCoefficients::clear);
      part.scan().decodeTo(mcu.countTo(row + 1, frame));
      part.rows().advance();
    }
    part.scan().endPart();
    return part.scan().offset();
  }
}
