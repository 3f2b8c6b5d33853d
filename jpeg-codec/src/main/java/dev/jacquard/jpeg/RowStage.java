package dev.jacquard.jpeg;

import dev.jacquard.jpeg.color.SamplePlane;
import dev.jacquard.jpeg.dct.QuantTable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Turns coefficients into pixels, one row of MCUs after the other, each block once.
final class RowStage {
  private final Frame frame;
  private final @Nullable QuantTable[] tables;
  private final BlockSmoothing smoothing;
  private final List<InverseStage> components = new ArrayList<>();
  private final RasterStage raster;
  private int mcuRows;
  private int converted;

  /// A stage for one picture.
  ///
  /// @param coefficients by component; what they hold when their row of MCUs is asked for counts
  /// @param tables by component, null for one that no scan has brought, which stays grey
  /// @param smoothing what to do about missing bits
  /// @param target receives the picture
  RowStage(
      Rendering rendering,
      List<ComponentCoefficients> coefficients,
      @Nullable QuantTable[] tables,
      BlockSmoothing smoothing,
      PixelArray target) {
    this.frame = target.frame();
    this.tables = tables;
    this.smoothing = smoothing;
    List<SamplePlane> planes = new ArrayList<>();
    for (int i = 0; i < coefficients.size(); i++) {
      components.add(new InverseStage(frame, i, coefficients.get(i)));
      planes.add(components.get(i).plane());
    }
    this.raster = new RasterStage(rendering, planes, target);
  }

  /// Begins in the middle of the picture.
  ///
  /// @param mcuRow the first row of MCUs, of which only the lowest rows of pixels are shown
  RowStage from(int mcuRow) {
    mcuRows = mcuRow;
    converted = mcuRow == 0 ? 0 : rowsOf(frame, mcuRow + 1);
    return this;
  }

  /// Shows the next row of MCUs.
  void advance() {
    for (int i = 0; i < components.size(); i++) {
      QuantTable table = tables[i];
      if (table != null) {
        components.get(i).transform(mcuRows, table, smoothing);
      }
    }
    mcuRows++;
    int to = rowsOf(frame, mcuRows);
    raster.convert(converted, to);
    converted = to;
  }

  /// Shows as many rows of MCUs as some rows of pixels need.
  ///
  /// @param rows of pixels, from the top
  void advanceTo(int rows) {
    while (converted < rows) {
      advance();
    }
  }

  /// Rows of pixels that the first rows of MCUs settle: one or a few less than they cover, since
  /// the next row may be interpolated with.
  static int rowsOf(Frame frame, int mcuRows) {
    if (mcuRows == frame.mcusHigh()) {
      return frame.height();
    }
    int maxV = frame.maxV();
    return Math.max(0, mcuRows * frame.unit() * maxV - (maxV > 1 ? maxV : 0));
  }
}
