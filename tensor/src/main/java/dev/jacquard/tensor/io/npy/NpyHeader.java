package dev.jacquard.tensor.io.npy;

import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.FileCursor;
import dev.jacquard.tensor.io.Names;
import dev.jacquard.tensor.io.StoredType;
import dev.jacquard.tensor.io.TensorEntry;
import dev.jacquard.tensor.shape.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What stands before the elements of an array: type, order and sizes, as a Python dictionary.
///
/// Source: `numpy.lib.format`, versions 1.0 to 3.0.
///
/// @param type element type
/// @param isColumnMajor whether the first axis is the fastest
/// @param shape sizes of the axes
/// @param bytes size of the header, from the start of the array's file
record NpyHeader(StoredType type, boolean isColumnMajor, Shape shape, long bytes) {
  static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /// Longest header that is read.
  static final int MAX_BYTES = 1 << 16;

  private static final int ALIGNMENT = 64;
  private static final int MAX_RANK = 32;
  private static final Pattern DESCR = Pattern.compile("'descr':\\s*'([^']{0,40})'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order':\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape':\\s*\\(([0-9, ]*)\\)");
  private static final Map<String, StoredType> TYPES =
      Map.ofEntries(
          Map.entry("f8", StoredType.F64),
          Map.entry("f4", StoredType.F32),
          Map.entry("f2", StoredType.F16),
          Map.entry("i8", StoredType.I64),
          Map.entry("i4", StoredType.I32),
          Map.entry("i2", StoredType.I16),
          Map.entry("i1", StoredType.I8),
          Map.entry("u8", StoredType.U64),
          Map.entry("u4", StoredType.U32),
          Map.entry("u2", StoredType.U16),
          Map.entry("u1", StoredType.U8),
          Map.entry("b1", StoredType.BOOL));

  /// Reads a header.
  ///
  /// @param in at the start of the array's file
  /// @throws CheckpointException if it is none, or of a type that tensors do not have
  static NpyHeader read(FileCursor in) throws CheckpointException {
    if (in.remaining() < MAGIC.length || !Arrays.equals(in.array(MAGIC.length), MAGIC)) {
      throw in.problemAt("no array of NumPy: its first six bytes differ", 0);
    }
    int version = in.u8();
    in.u8(); // minor version
    if (version < 1 || version > 3) {
      throw in.problemAt("array of version %d; need 1 to 3".formatted(version), MAGIC.length);
    }
    long length = version == 1 ? in.u16() : in.u32();
    if (length > MAX_BYTES - 12) {
      throw in.problem("header of %d bytes; need at most %d".formatted(length, MAX_BYTES - 12));
    }
    String text = in.text(length);
    String descr = field(in, text, DESCR);
    String order = field(in, text, ORDER);
    String sizes = field(in, text, SHAPE);
    StoredType type = type(in, descr);
    long[] shape = shape(in, sizes);
    try {
      TensorEntry entry = TensorEntry.of("", type, shape, 0); // of a size that can be
      return new NpyHeader(type, order.equals("True"), entry.shape(), in.position());
    } catch (ArithmeticException e) {
      throw in.problem("array is too large; shape (%s)".formatted(Names.shortened(sizes)));
    }
  }

  private static String field(FileCursor in, String text, Pattern pattern)
      throws CheckpointException {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw in.problem("header lacks %s, or has a bad one".formatted(pattern));
    }
    String value = matcher.group(1);
    if (matcher.find()) {
      throw in.problem("header has %s twice".formatted(pattern));
    }
    return value;
  }

  private static StoredType type(FileCursor in, String descr) throws CheckpointException {
    StoredType type = descr.isEmpty() ? null : TYPES.get(descr.substring(1));
    boolean isOrdered = !descr.startsWith(">") || (type != null && type.blockBytes() == 1);
    if (type == null || !isOrdered || "<>|=".indexOf(descr.charAt(0)) < 0) {
      throw in.problem(
          "array of type '%s'; need little-endian numbers: f2, f4, f8, i1 to i8, u1 to u8, b1"
              .formatted(descr));
    }
    return type;
  }

  private static long[] shape(FileCursor in, String sizes) throws CheckpointException {
    if (sizes.isBlank()) {
      return new long[0];
    }
    String[] numbers = sizes.split(",", MAX_RANK + 2);
    int rank = numbers[numbers.length - 1].isBlank() ? numbers.length - 1 : numbers.length;
    if (rank > MAX_RANK) {
      throw in.problem("array of more than %d axes".formatted(MAX_RANK));
    }
    try {
      return Arrays.stream(numbers)
          .limit(rank)
          .map(String::strip)
          .mapToLong(Long::parseLong)
          .toArray();
    } catch (NumberFormatException e) {
      throw in.problem("bad shape (%s)".formatted(Names.shortened(sizes)));
    }
  }

  /// The bytes of a header of version 1.0, so long that the elements are aligned.
  static byte[] write(StoredType type, long... shape) {
    String letters =
        TYPES.entrySet().stream()
            .filter(entry -> entry.getValue() == type)
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow(() -> new AssertionError(type + " is not NumPy's"));
    StringBuilder sizes = new StringBuilder();
    for (long size : shape) {
      sizes.append(size).append(shape.length == 1 ? "," : ", ");
    }
    String tuple = shape.length > 1 ? sizes.substring(0, sizes.length() - 2) : sizes.toString();
    String text =
        "{'descr': '%s%s', 'fortran_order': False, 'shape': (%s), }"
            .formatted(type.blockBytes() == 1 ? "|" : "<", letters, tuple);
    int before = MAGIC.length + 4;
    int all = Math.ceilDiv(before + text.length() + 1, ALIGNMENT) * ALIGNMENT;
    byte[] header = new byte[all];
    Arrays.fill(header, (byte) ' ');
    ByteBuffer.wrap(header)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC)
        .put((byte) 1)
        .put((byte) 0)
        .putShort((short) (all - before))
        .put(text.getBytes(StandardCharsets.US_ASCII));
    header[all - 1] = '\n';
    return header;
  }
}
