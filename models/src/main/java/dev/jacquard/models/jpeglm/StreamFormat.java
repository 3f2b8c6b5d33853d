package dev.jacquard.models.jpeglm;

import dev.jacquard.jpeg.HuffmanTables;
import dev.jacquard.jpeg.Sampling;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What all pictures of one JPEG-LM have in common: size, colour, and how they are encoded.
///
/// The restart interval is always one MCU, so that each MCU is self-contained and byte-aligned.
///
/// @param width columns, 1..65535
/// @param height rows, 1..65535
/// @param components 1 for grey, 3 for colour
/// @param quality 1..100, on the scale of the Independent JPEG Group
/// @param sampling of chrominance; always `S444` if grey
/// @param tables the Huffman tables; the paper's are the typical ones. With byte-aligned tables a
///   model need not find out at which bit a symbol starts, which small models are poor at
/// @param headerInStream whether the string starts with the header, as in the paper, or with the
///   first MCU
public record StreamFormat(
    int width,
    int height,
    int components,
    int quality,
    Sampling sampling,
    HuffmanTables tables,
    boolean headerInStream) {

  /// The format of the paper and its released weights.
  public static final StreamFormat PAPER =
      new StreamFormat(256, 256, 3, 25, Sampling.S420, HuffmanTables.TYPICAL, true);

  /// Checks the ranges.
  ///
  /// @throws IllegalArgumentException if a number is out of range
  public StreamFormat {
    if (width < 1 || width > 0xFFFF || height < 1 || height > 0xFFFF) {
      throw new IllegalArgumentException(
          "stream format: size out of range; %dx%d; need 1..65535 each".formatted(width, height));
    }
    if (components != 1 && components != 3) {
      throw new IllegalArgumentException(
          "stream format: %d components; need 1 (grey) or 3 (colour)".formatted(components));
    }
    if (quality < 1 || quality > 100) {
      throw new IllegalArgumentException(
          "stream format: quality out of range; %d; need 1..100".formatted(quality));
    }
    if (components == 1) {
      sampling = Sampling.S444;
    }
  }

  /// MCUs side by side.
  ///
  /// @return width in MCUs, rounded up
  public int mcuColumns() {
    return Math.ceilDiv(width, 8 * sampling.horizontal());
  }

  /// MCUs one above the other.
  ///
  /// @return height in MCUs, rounded up
  public int mcuRows() {
    return Math.ceilDiv(height, 8 * sampling.vertical());
  }

  /// MCUs of a picture, and so one more than it has restart markers.
  ///
  /// @return columns times rows
  public int mcuCount() {
    return mcuColumns() * mcuRows();
  }

  /// The format as it is written in `config.json`.
  ///
  /// @return `width`, `height`, `components`, `quality`, `sampling` (as `"4:2:0"`),
  ///   `huffman_tables` (as `"typical"`) and `header_in_stream`, in this order
  public Map<String, Object> toFields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("width", width);
    fields.put("height", height);
    fields.put("components", components);
    fields.put("quality", quality);
    fields.put("sampling", notation(sampling));
    fields.put("huffman_tables", tables.name().toLowerCase(Locale.ROOT));
    fields.put("header_in_stream", headerInStream);
    return fields;
  }

  /// The format that `config.json` describes.
  ///
  /// @param fields what [#toFields] made; other fields are passed over, and the Huffman tables are
  ///   the typical ones if not named
  /// @return the format
  /// @throws IllegalArgumentException if a field is missing or wrong
  public static StreamFormat fromFields(Map<String, ? extends @Nullable Object> fields) {
    return new StreamFormat(
        field(fields, "width", Number.class).intValue(),
        field(fields, "height", Number.class).intValue(),
        field(fields, "components", Number.class).intValue(),
        field(fields, "quality", Number.class).intValue(),
        sampling(field(fields, "sampling", String.class)),
        fields.containsKey("huffman_tables")
            ? tables(field(fields, "huffman_tables", String.class))
            : HuffmanTables.TYPICAL,
        field(fields, "header_in_stream", Boolean.class));
  }

  private static <T> T field(
      Map<String, ? extends @Nullable Object> fields, String name, Class<T> type) {
    Object value = fields.get(name);
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException(
          "stream format: field \"%s\" is %s; need a %s"
              .formatted(name, value, type.getSimpleName().toLowerCase(Locale.ROOT)));
    }
    return type.cast(value);
  }

  /// Reads the usual notation.
  ///
  /// @param notation `4:4:4`, `4:2:2`, `4:2:0` or `4:4:0`
  /// @return the sampling
  /// @throws IllegalArgumentException if it is none of these
  public static Sampling sampling(String notation) {
    for (Sampling sampling : Sampling.values()) {
      if (notation(sampling).equals(notation)) {
        return sampling;
      }
    }
    throw new IllegalArgumentException(
        "stream format: sampling \"%s\"; need 4:4:4, 4:2:2, 4:2:0 or 4:4:0".formatted(notation));
  }

  /// Reads the name of Huffman tables.
  ///
  /// @param name `typical` or `byte_aligned`
  /// @return the tables
  /// @throws IllegalArgumentException if it is none of these
  public static HuffmanTables tables(String name) {
    for (HuffmanTables tables : HuffmanTables.values()) {
      if (tables.name().toLowerCase(Locale.ROOT).equals(name)) {
        return tables;
      }
    }
    throw new IllegalArgumentException(
        "stream format: Huffman tables \"%s\"; need typical or byte_aligned".formatted(name));
  }

  private static String notation(Sampling sampling) {
    String digits = sampling.name().substring(1); // S420
    return String.join(":", digits.split(""));
  }
}
