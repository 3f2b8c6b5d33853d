package dev.jacquard.jpeg;

import java.util.ArrayList;
import java.util.List;

/// Turns, crops and greys a picture in the domain of coefficients, as `jpegtran` does.
///
/// Blocks are exchanged as pixels would be, and turned in themselves ([Transformation]). Reflecting
/// is for whole MCUs only: a picture begins at the top left with a whole one, so an incomplete one
/// at the far edge stays there, unless it is trimmed off.
final class LosslessTransform {
  private final TranscodeOptions options;
  private final Transformation transformation;

  LosslessTransform(TranscodeOptions options) {
    this.options = options;
    this.transformation = options.transformation();
  }

  /// The new picture; the old one stays as it is.
  JpegCoefficients apply(JpegCoefficients source) throws JpegUnsupportedException {
    if (options.grayscale() && !source.hasFullLuminance()) {
      throw new JpegUnsupportedException("picture without luminance of full size", 0);
    }
    Frame old = source.frame();
    boolean single = options.grayscale() || old.components().size() == 1;
    int mcuWidth = single ? 8 : 8 * old.maxH();
    int mcuHeight = single ? 8 : 8 * old.maxV();
    if (options.perfect() && !isPerfect(old, mcuWidth, mcuHeight)) {
      String problem = "picture of %d x %d pixels, not of whole MCUs of %d x %d";
      throw new JpegUnsupportedException(
          problem.formatted(old.width(), old.height(), mcuWidth, mcuHeight), 0);
    }
    boolean turned = transformation.transposes();
    Axis x =
        axis(
            options.crop().horizontal(),
            turned ? old.height() : old.width(),
            turned ? mcuHeight : mcuWidth,
            transformation.mirrorsX());
    Axis y =
        axis(
            options.crop().vertical(),
            turned ? old.width() : old.height(),
            turned ? mcuWidth : mcuHeight,
            transformation.mirrorsY());
    return moved(source, frame(old, x, y, single), x, y);
  }

  /// One direction of the new picture.
  ///
  /// @param full pixels of the turned picture before cropping
  /// @param firstMcu MCUs that are cut off in front
  /// @param length pixels that are kept
  /// @param mirrored whether it is reflected
  private record Axis(int full, int firstMcu, int length, boolean mirrored) {}

  private Axis axis(Crop.Extent crop, int full, int mcu, boolean mirrored)
      throws JpegUnsupportedException {
    if (!crop.fits(full)) {
      throw new JpegUnsupportedException(
          "picture of " + full + " pixels, too small for " + crop, 0);
    }
    int first = crop.firstMcu(full, mcu);
    int length = crop.length(full, mcu);
    int whole = length / mcu;
    boolean atEdge = whole > 0 && first + whole == full / mcu;
    boolean trims = options.trim() && mirrored && atEdge;
    return new Axis(full, first, trims ? whole * mcu : length, mirrored);
  }

  private boolean isPerfect(Frame old, int mcuWidth, int mcuHeight) {
    boolean turned = transformation.transposes();
    boolean columns = turned ? transformation.mirrorsY() : transformation.mirrorsX();
    boolean rows = turned ? transformation.mirrorsX() : transformation.mirrorsY();
    return !(columns && old.width() % mcuWidth != 0) && !(rows && old.height() % mcuHeight != 0);
  }

  private Frame frame(Frame old, Axis x, Axis y, boolean single) {
    List<FrameComponent> components = new ArrayList<>();
    for (FrameComponent c : old.components().subList(0, single ? 1 : old.components().size())) {
      if (single) {
        components.add(new FrameComponent(options.grayscale() ? 1 : c.id(), 1, 1, c.tq()));
      } else if (transformation.transposes()) {
        components.add(new FrameComponent(c.id(), c.v(), c.h(), c.tq()));
      } else {
        components.add(c);
      }
    }
    return new Frame(old.sof(), old.precision(), x.length(), y.length(), components);
  }

  private JpegCoefficients moved(JpegCoefficients source, Frame frame, Axis x, Axis y) {
    List<ComponentCoefficients> components = new ArrayList<>();
    for (int i = 0; i < frame.components().size(); i++) {
      FrameComponent c = frame.components().get(i);
      ComponentCoefficients to = ComponentCoefficients.of(frame, c);
      int[] columns = sources(x, c.h(), frame.maxH(), to.blocksWide());
      int[] rows = sources(y, c.v(), frame.maxV(), to.blocksHigh());
      move(source.components().get(i), to, columns, rows);
      components.add(to);
    }
    return source.with(
        frame,
        options.grayscale() ? ColorModel.GREY : source.colors(),
        components,
        transformation.transposes());
  }

  /// Where the blocks of a component come from in one direction; those that are not reflected are
  /// marked by `~`.
  ///
  /// @param factor of the component in this direction
  /// @param maxFactor of the new frame
  private static int[] sources(Axis axis, int factor, int maxFactor, int blocks) {
    int mirrorable = axis.mirrored() ? axis.full() / (8 * maxFactor) * factor : 0;
    int[] sources = new int[blocks];
    for (int i = 0; i < blocks; i++) {
      int at = axis.firstMcu() * factor + i;
      sources[i] = at < mirrorable ? mirrorable - 1 - at : ~at;
    }
    return sources;
  }

  private void move(
      ComponentCoefficients from, ComponentCoefficients to, int[] columns, int[] rows) {
    for (int row = 0; row < rows.length; row++) {
      boolean mirrorY = rows[row] >= 0;
      int y = mirrorY ? rows[row] : ~rows[row];
      for (int column = 0; column < columns.length; column++) {
        boolean mirrorX = columns[column] >= 0;
        int x = mirrorX ? columns[column] : ~columns[column];
        int at = transformation.transposes() ? from.offset(x, y) : from.offset(y, x);
        transformation.apply(
            from.values(), at, to.values(), to.offset(row, column), mirrorX, mirrorY);
      }
    }
  }
}
