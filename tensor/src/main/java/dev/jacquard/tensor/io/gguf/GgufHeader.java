package dev.jacquard.tensor.io.gguf;

import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.FileCursor;
import dev.jacquard.tensor.io.MappedFile;
import dev.jacquard.tensor.io.Names;
import dev.jacquard.tensor.io.TensorEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Parses and checks the header of a GGUF file.
final class GgufHeader {
  /* Layout: "GGUF", u32 version, u64 number of tensors, u64 number of fields; fields; tensors; padding; data.
   * A text is a u64 length and UTF-8. A field is a text, a u32 type and a value; a list is a u32 type, a u64
   * count and the values. A tensor is a text, u32 number of axes, u64 sizes (fastest first), u32 type and u64
   * offset from the start of the data. */

  static final int MAGIC = 0x46554747;
  private static final String ALIGNMENT = "general.alignment";
  private static final int DEFAULT_ALIGNMENT = 32;
  private static final int MAX_ALIGNMENT = 1 << 20;
  private static final int MAX_AXES = 4;
  private static final int MAX_NAME_BYTES = 1 << 16;
  private static final int MAX_VALUES = 1 << 23;
  private static final long MAX_TEXT_BYTES = 1 << 27;
  private static final int FIELD_BYTES = 13; // at least
  private static final int TENSOR_BYTES = 24;

  private final MappedFile file;
  private final FileCursor in;
  private final Map<String, Object> fields = new LinkedHashMap<>();
  private final List<TensorEntry> entries = new ArrayList<>();
  private long values;
  private long textBytes;

  private GgufHeader(MappedFile file) {
    this.file = file;
    this.in = new FileCursor(file);
  }

  static GgufHeader read(MappedFile file) throws CheckpointException {
    GgufHeader header = new GgufHeader(file);
    header.readAll();
    return header;
  }

  Map<String, Object> fields() {
    return fields;
  }

  /// Tensors with their places in the file, in its order.
  List<TensorEntry> entries() {
    return entries;
  }

  private void readAll() throws CheckpointException {
    if (in.i32() != MAGIC) {
      throw in.problemAt("no GGUF file: its first four bytes differ", 0);
    }
    int version = in.i32();
    if (version != 2 && version != 3) {
      String order = Integer.reverseBytes(version) == 3 ? ", big-endian" : "";
      throw in.problemAt("GGUF of version %d%s; need 2 or 3".formatted(version, order), 4);
    }
    long tensors = in.i64();
    int fieldCount = in.count("number of fields", in.i64(), FIELD_BYTES);
    int tensorCount = in.count("number of tensors", tensors, TENSOR_BYTES);
    for (int i = 0; i < fieldCount; i++) {
      readField();
    }
    long alignment = alignment();
    for (int i = 0; i < tensorCount; i++) {
      readTensor(alignment);
    }
    long dataFrom = Math.ceilDiv(in.position(), alignment) * alignment;
    entries.replaceAll(
        e ->
            new TensorEntry(
                e.name(), e.type(), e.shape(), dataFrom + e.offsetBytes(), e.sizeBytes()));
    checkOverlap();
  }

  private void readField() throws CheckpointException {
    long at = in.position();
    String name = text(MAX_NAME_BYTES);
    if (fields.put(name, value(in.i32(), 0)) != null) {
      throw in.problemAt("two fields of one name; \"%s\"".formatted(Names.shortened(name)), at);
    }
  }

  private Object value(int type, int depth) throws CheckpointException {
    if (++values > MAX_VALUES) {
      throw in.problem("metadata of more than %d values".formatted(MAX_VALUES));
    }
    return switch (type) {
      case 0 -> (long) in.u8();
      case 1 -> (long) (byte) in.u8();
      case 2 -> (long) in.u16();
      case 3 -> (long) (short) in.u16();
      case 4 -> in.u32();
      case 5 -> (long) in.i32();
      case 6 -> (double) in.f32();
      case 7 -> in.u8() != 0;
      case 8 -> text(Integer.MAX_VALUE);
      case 9 -> list(depth);
      case 10, 11 -> in.i64();
      case 12 -> in.f64();
      default -> throw in.problem("field of unknown type %d; need 0 to 12".formatted(type));
    };
  }

  private List<Object> list(int depth) throws CheckpointException {
    if (depth > 1) {
      throw in.problem("lists are nested too deeply");
    }
    int type = in.i32();
    int count = in.count("length of a list", in.i64(), 1);
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      list.add(value(type, depth + 1));
    }
    return list;
  }

  private String text(long longest) throws CheckpointException {
    long length = in.i64();
    textBytes += Math.max(0, length);
    if (length < 0 || length > longest || textBytes > MAX_TEXT_BYTES || textBytes < 0) {
      throw in.problem("text of %s bytes".formatted(Long.toUnsignedString(length)));
    }
    return in.text(length);
  }

  private long alignment() throws CheckpointException {
    Object value = fields.getOrDefault(ALIGNMENT, (long) DEFAULT_ALIGNMENT);
    if (!(value instanceof Long alignment)
        || alignment < 1
        || alignment > MAX_ALIGNMENT
        || Long.bitCount(alignment) != 1) {
      throw in.problem("%s is %s; need a power of two".formatted(ALIGNMENT, value));
    }
    return alignment;
  }

  private void readTensor(long alignment) throws CheckpointException {
    long at = in.position();
    String name = text(MAX_NAME_BYTES);
    String shown = Names.shortened(name);
    int axes = in.i32();
    if (axes < 0 || axes > MAX_AXES) {
      throw in.problemAt(
          "tensor \"%s\" has %d axes; need at most %d".formatted(shown, axes, MAX_AXES), at);
    }
    long[] shape = new long[axes];
    for (int axis = axes - 1; axis >= 0; axis--) {
      shape[axis] = in.i64();
    }
    int number = in.i32();
    long offset = in.i64();
    GgmlType type = GgmlType.of(number);
    if (type == null) {
      throw in.problemAt(
          "tensor \"%s\" is of type number %d; need one of %s"
              .formatted(shown, number, Arrays.toString(GgmlType.values())),
          at);
    }
    if (offset < 0 || offset % alignment != 0 || offset > file.size()) {
      throw in.problemAt(
          "tensor \"%s\" starts at %d of the data; need a multiple of %d within the file"
              .formatted(shown, offset, alignment),
          at);
    }
    try {
      entries.add(TensorEntry.of(name, type.type(), shape, offset));
    } catch (ArithmeticException e) {
      throw in.problemAt(
          "tensor \"%s\" cannot have shape %s; %s"
              .formatted(shown, Arrays.toString(shape), e.getMessage()),
          at);
    }
  }

  private void checkOverlap() throws CheckpointException {
    List<TensorEntry> byPlace = new ArrayList<>(entries);
    byPlace.sort(
        Comparator.comparingLong(TensorEntry::offsetBytes)
            .thenComparingLong(TensorEntry::sizeBytes));
    long free = 0;
    for (TensorEntry entry : byPlace) {
      if (entry.offsetBytes() < free) {
        throw file.problem(
            "tensor \"%s\" overlaps another".formatted(Names.shortened(entry.name())),
            Math.min(entry.offsetBytes(), file.size()));
      }
      free = entry.offsetBytes() + entry.sizeBytes();
      if (free < 0 || free > file.size()) {
        throw file.problem(
            "tensor \"%s\" leaves the file; %d bytes; file has %d"
                .formatted(Names.shortened(entry.name()), entry.sizeBytes(), file.size()),
            Math.min(entry.offsetBytes(), file.size()));
      }
    }
  }
}
