package dev.jacquard.tensor.io.gguf;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.AtomicFiles;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.StateDict;
import dev.jacquard.tensor.io.StoredType;
import dev.jacquard.tensor.io.TensorEntry;
import dev.jacquard.tensor.io.TensorOutput;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.DTypeException;
import dev.jacquard.tensor.shape.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes GGUF files of version 3, one tensor after the other.
///
/// ```java
/// new GgufWriter()
///     .field("general.architecture", "llama")
///     .field("llama.block_count", 12)
///     .matricesAs(DType.Q8_0)
///     .write(file, state);
/// ```
public final class GgufWriter {
  private static final int ALIGNMENT = 32;
  private static final int VERSION = 3;

  private final Map<String, Object> fields = new LinkedHashMap<>();
  private @Nullable DType matrices;

  /// Creates a writer that keeps every type as it is.
  public GgufWriter() {}

  /// Adds a field to the metadata.
  ///
  /// @param name its key
  /// @param value a `String`, `Integer` (u32), `Long` (i64), `Float`, `Double`, `Boolean`, or a
  ///   `List` of one of them, in which an `Integer` is an i32, as llama.cpp wants it
  /// @return this writer
  /// @throws IllegalArgumentException if the value is something else
  public GgufWriter field(String name, Object value) {
    if (value instanceof List<?> list) {
      list.forEach(GgufWriter::typeOf);
    } else {
      typeOf(value);
    }
    fields.put(name, value);
    return this;
  }

  /// Stores floating-point tensors of two or more axes in one type, those whose rows cut a block of
  /// it and vectors in f32: the way of llama.cpp.
  ///
  /// @param type `F32`, `F16`, `BF16`, `Q8_0` or `Q4_0`
  /// @return this writer
  /// @throws DTypeException if the type is not floating-point
  public GgufWriter matricesAs(DType type) {
    if (!type.isFloating()) {
      throw new DTypeException("gguf: matrices cannot be stored as " + type);
    }
    matrices = type;
    return this;
  }

  /// Writes all tensors. If this fails, an older file of that name stays whole.
  ///
  /// @param target the file; its folder must exist
  /// @param state what to write
  /// @throws IOException if writing fails
  /// @throws DTypeException if a tensor is of bytes, which this format does not know
  public void write(Path target, StateDict state) throws IOException {
    List<Part> parts = new ArrayList<>();
    for (Map.Entry<String, Tensor> entry : state.tensors().entrySet()) {
      Tensor tensor = entry.getValue();
      DType type = stored(tensor.dtype(), tensor.shape());
      parts.add(
          new Part(
              entry.getKey(),
              number(entry.getKey(), StoredType.of(type)),
              tensor.shape(),
              type.bytes(tensor.shape().numel()),
              channel -> TensorOutput.write(channel, tensor, type)));
    }
    write(target, parts);
  }

  /// Writes all tensors of a checkpoint, one after the other: memory for the largest suffices. If
  /// this fails, an older file of that name stays whole.
  ///
  /// @param target the file, not the one that is read; its folder must exist
  /// @param source what to write
  /// @param backend who converts
  /// @throws IOException if reading or writing fails
  /// @throws DTypeException if a tensor is of a type that this format does not know
  public void write(Path target, Checkpoint source, Backend backend) throws IOException {
    List<Part> parts = new ArrayList<>();
    for (TensorEntry entry : source.entries()) {
      String name = entry.name();
      DType read = entry.type().dtype();
      DType type = stored(read, entry.shape());
      boolean isKept = GgmlType.of(entry.type()) != null && (type == read);
      AtomicFiles.Contents contents =
          isKept
              ? channel -> AtomicFiles.writeFully(channel, source.raw(name))
              : channel -> TensorOutput.write(channel, source, name, backend, type);
      StoredType stored = isKept ? entry.type() : StoredType.of(type);
      long bytes = stored.bytes(entry.shape().numel());
      parts.add(new Part(name, number(name, stored), entry.shape(), bytes, contents));
    }
    write(target, parts);
  }

  private DType stored(DType type, Shape shape) {
    if (matrices == null || !type.isFloating()) {
      return type;
    }
    boolean fits = shape.rank() > 1 && shape.last() % matrices.blockElements() == 0;
    return fits ? matrices : DType.F32;
  }

  private static int number(String name, StoredType type) {
    GgmlType known = GgmlType.of(type);
    if (known == null) {
      throw new DTypeException(
          "gguf: tensor \"%s\" is %s, which this format does not know".formatted(name, type));
    }
    return known.number();
  }

  /// One tensor of the file.
  private record Part(
      String name, int type, Shape shape, long bytes, AtomicFiles.Contents contents) {}

  private void write(Path target, List<Part> parts) throws IOException {
    byte[] header = header(parts);
    AtomicFiles.write(
        target,
        channel -> {
          AtomicFiles.writeFully(channel, ByteBuffer.wrap(header));
          pad(channel);
          for (Part part : parts) {
            part.contents.writeTo(channel);
            pad(channel);
          }
        });
  }

  private static long padded(long bytes) {
    return Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
  }

  private static void pad(FileChannel channel) throws IOException {
    int count = (int) (padded(channel.position()) - channel.position());
    AtomicFiles.writeFully(channel, ByteBuffer.allocate(count));
  }

  private byte[] header(List<Part> parts) {
    Output out = new Output();
    out.i32(GgufHeader.MAGIC);
    out.i32(VERSION);
    out.i64(parts.size());
    out.i64(fields.size());
    fields.forEach(
        (name, value) -> {
          out.text(name);
          out.i32(value instanceof List ? 9 : typeOf(value));
          if (value instanceof List<?> list) {
            out.i32(list.isEmpty() ? 8 : elementTypeOf(list.getFirst()));
            out.i64(list.size());
            list.forEach(out::value);
          } else {
            out.value(value);
          }
        });
    long offset = 0;
    for (Part part : parts) {
      out.text(part.name);
      out.i32(part.shape.rank());
      for (int axis = part.shape.rank() - 1; axis >= 0; axis--) {
        out.i64(part.shape.dim(axis));
      }
      out.i32(part.type);
      out.i64(offset);
      offset += padded(part.bytes);
    }
    return out.bytes.toByteArray();
  }

  private static int elementTypeOf(Object value) {
    return value instanceof Integer ? 5 : typeOf(value);
  }

  private static int typeOf(Object value) {
    return switch (value) {
      case Integer _ -> 4;
      case Float _ -> 6;
      case Boolean _ -> 7;
      case String _ -> 8;
      case Long _ -> 11;
      case Double _ -> 12;
      default ->
          throw new IllegalArgumentException(
              "gguf: no field can hold %s".formatted(value.getClass().getSimpleName()));
    };
  }

  /// Bytes in the file's order.
  private static final class Output {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    void i32(int value) {
      bytes.writeBytes(buffer(Integer.BYTES).putInt(value).array());
    }

    void i64(long value) {
      bytes.writeBytes(buffer(Long.BYTES).putLong(value).array());
    }

    void text(String text) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      i64(utf8.length);
      bytes.writeBytes(utf8);
    }

    void value(Object value) {
      switch (value) {
        case Integer number -> i32(number);
        case Float number -> i32(Float.floatToRawIntBits(number));
        case Boolean flag -> bytes.write(flag ? 1 : 0);
        case String text -> text(text);
        case Long number -> i64(number);
        case Double number -> i64(Double.doubleToRawLongBits(number));
        default -> throw new AssertionError(value);
      }
    }

    private static ByteBuffer buffer(int size) {
      return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
  }
}
