package dev.jacquard.jpeg;

import dev.jacquard.jpeg.dct.QuantTable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A picture as JPEG files store it: quantised coefficients of each component, the steps that they
/// were quantised with, and what the components mean (T.81 A.1, A.3).
///
/// Reading and writing coefficients loses nothing: [JpegDecoder#decodeCoefficients] and
/// [JpegEncoder#encodeCoefficients] undo each other, whatever the entropy coding and the scans.
/// Blocks may be changed in place; not for use by several threads while they are.
public final class JpegCoefficients {
  private final Frame frame;
  private final ColorModel colors;
  private final JfifHeader jfif;
  // by number Tq
  private final @Nullable QuantTable[] tables;
  private final List<ComponentCoefficients> components;

  private JpegCoefficients(
      Frame frame,
      ColorModel colors,
      JfifHeader jfif,
      @Nullable QuantTable[] tables,
      List<ComponentCoefficients> components) {
    this.frame = frame;
    this.colors = colors;
    this.jfif = jfif;
    this.tables = tables;
    this.components = List.copyOf(components);
  }

  /// What was read from a file. Where a file fills the place of a table anew between two scans, the
  /// components get other places.
  ///
  /// @param inForce the table of each component
  static JpegCoefficients read(
      Frame frame,
      ColorModel colors,
      JfifHeader jfif,
      List<QuantTable> inForce,
      List<ComponentCoefficients> components) {
    @Nullable QuantTable[] tables = new @Nullable QuantTable[4];
    List<FrameComponent> placed = new ArrayList<>();
    for (int i = 0; i < inForce.size(); i++) {
      FrameComponent c = frame.components().get(i);
      QuantTable table = inForce.get(i);
      int place =
          IntStream.concat(IntStream.of(c.tq()), IntStream.range(0, 4))
              .filter(t -> tables[t] == null || table.equals(tables[t]))
              .findFirst()
              .orElseThrow();
      tables[place] = table;
      placed.add(new FrameComponent(c.id(), c.h(), c.v(), place));
    }
    return new JpegCoefficients(frame.withComponents(placed), colors, jfif, tables, components);
  }

  /// A picture of zeros: mid-grey, to be filled block by block.
  ///
  /// @param width in pixels, 1..65535
  /// @param height in pixels, 1..65535
  /// @param precision bits of a sample, 8 or 12
  /// @param colors what the components mean, which gives their number
  /// @param factors by component; those past the end of the list have 1 x 1
  /// @param tables quantisation tables: one for all components, or one for luminance and one for
  ///   chrominance
  /// @return the picture
  /// @throws IllegalArgumentException if a number is out of range
  public static JpegCoefficients zero(
      int width,
      int height,
      int precision,
      ColorModel colors,
      List<SamplingFactor> factors,
      List<QuantTable> tables) {
    boolean sized = width >= 1 && width <= 0xFFFF && height >= 1 && height <= 0xFFFF;
    if (!sized || (precision != 8 && precision != 12) || tables.isEmpty() || tables.size() > 2) {
      String problem =
          "jpeg coefficients: number out of range; %d x %d pixels, %d bits, %d tables;"
              + " need 1..65535 each, 8 or 12, 1 or 2";
      throw new IllegalArgumentException(
          problem.formatted(width, height, precision, tables.size()));
    }
    List<FrameComponent> components = new ArrayList<>();
    int[] ids = colors.ids();
    for (int i = 0; i < ids.length; i++) {
      SamplingFactor f = i < factors.size() ? factors.get(i) : new SamplingFactor(1, 1);
      int table = tables.size() == 1 ? 0 : colors.codingTable(i);
      components.add(new FrameComponent(ids[i], f.h(), f.v(), table));
    }
    Frame frame = new Frame(Marker.SOF0, precision, width, height, List.copyOf(components));
    return new JpegCoefficients(
        frame,
        colors,
        JfifHeader.DEFAULT,
        tables.toArray(new @Nullable QuantTable[4]),
        components.stream().map(c -> ComponentCoefficients.of(frame, c)).toList());
  }

  /// Another picture with the same tables.
  ///
  /// @param transposed whether the tables are transposed
  JpegCoefficients with(
      Frame newFrame,
      ColorModel newColors,
      List<ComponentCoefficients> newComponents,
      boolean transposed) {
    @Nullable QuantTable[] newTables = tables.clone();
    for (int i = 0; i < newTables.length && transposed; i++) {
      QuantTable table = newTables[i];
      newTables[i] = table == null ? null : table.transposed();
    }
    return new JpegCoefficients(newFrame, newColors, jfif, newTables, newComponents);
  }

  /// Width of the picture.
  ///
  /// @return in pixels
  public int width() {
    return frame.width();
  }

  /// Height of the picture.
  ///
  /// @return in pixels
  public int height() {
    return frame.height();
  }

  /// Bits of a sample.
  ///
  /// @return 8 or 12
  public int precision() {
    return frame.precision();
  }

  /// What the components mean.
  ///
  /// @return the model of the file
  public ColorModel colors() {
    return colors;
  }

  /// The coefficients.
  ///
  /// @return by component, in order of the frame header
  public List<ComponentCoefficients> components() {
    return components;
  }

  /// How densely a component is sampled.
  ///
  /// @param component 0..`components().size() - 1`
  /// @return its factors
  public SamplingFactor factor(int component) {
    FrameComponent c = frame.components().get(component);
    return new SamplingFactor(c.h(), c.v());
  }

  /// The steps that a component was quantised with.
  ///
  /// @param component 0..`components().size() - 1`
  /// @return its table
  public QuantTable quantTable(int component) {
    return table(frame.components().get(component).tq());
  }

  /// The table of a number `Tq` that a component has.
  QuantTable table(int number) {
    QuantTable table = tables[number];
    if (table == null) {
      throw new AssertionError("no quantisation table " + number);
    }
    return table;
  }

  Frame frame() {
    return frame;
  }

  JfifHeader jfif() {
    return jfif;
  }

  /// Whether the first component alone shows the picture in grey.
  boolean hasFullLuminance() {
    FrameComponent first = frame.components().getFirst();
    return colors.hasJfif() && first.h() == frame.maxH() && first.v() == frame.maxV();
  }
}
