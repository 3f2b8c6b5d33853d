package dev.jacquard.jpeg;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// How far the scans of a frame have come.
final class ScanProgress {
  private final Frame frame;
  // by component
  private final boolean[] done;
  private List<Integer> components = List.of();
  private @Nullable Mcu mcu;
  private @Nullable ScanDecoder scan;

  ScanProgress(Frame frame) {
    this.frame = frame;
    this.done = new boolean[frame.components().size()];
  }

  /// Enters the scan that comes next; the one before is over.
  void begin(List<Integer> newComponents, Mcu newMcu, ScanDecoder newScan) {
    components.forEach(c -> done[c] = true);
    components = newComponents;
    mcu = newMcu;
    scan = newScan;
  }

  /// The last row of MCUs of the frame that the last scan had data for.
  int lastGoodMcuRow() {
    return mcu == null || scan == null ? 0 : mcu.frameRow(scan.lastGoodMcu(), frame);
  }

  /// Rows of pixels that do not change any more, where each component has one scan. What may still
  /// be interpolated from the rows of MCUs below does not count.
  int finalRows() {
    int rows = frame.height();
    for (int i = 0; i < done.length; i++) {
      if (!done[i]) {
        rows = Math.min(rows, components.contains(i) ? rowsOfThis(i) : 0);
      }
    }
    return rows;
  }

  /// MCUs of the scan that lie in the first rows of MCUs of the frame.
  int mcusTo(int rows) {
    if (mcu == null) {
      return 0;
    }
    return mcu.countTo(rows, frame);
  }

  private int rowsOfThis(int component) {
    if (mcu == null || scan == null) {
      return 0;
    }
    if (scan.decoded() == mcu.count()) {
      return frame.height();
    }
    FrameComponent c = frame.components().get(component);
    int unitRows = scan.decoded() / mcu.wide() * (components.size() > 1 ? c.v() : 1);
    return RowStage.rowsOf(frame, unitRows / c.v());
  }
}
