package dev.jacquard.tensor.io;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.DTypeException;
import dev.jacquard.tensor.shape.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Writes safetensors files: a chunk at a time, beside the target, then moved into place.
///
/// ```java
/// new SafetensorsWriter().metadata("format", "pt").floatsAs(DType.BF16).write(file, state);
/// ```
public final class SafetensorsWriter {
  private static final int DATA_ALIGNMENT = 64; // bytes, so that mapped tensors suit the kernels

  private final Map<String, String> metadata = new LinkedHashMap<>();
  private DType floats = DType.F32;
  private boolean convertsFloats;

  /// Creates a writer that keeps every type as it is.
  public SafetensorsWriter() {}

  /// Leaves a text for readers.
  ///
  /// @param key its name
  /// @param value the text
  /// @return this writer
  public SafetensorsWriter metadata(String key, String value) {
    metadata.put(key, value);
    return this;
  }

  /// Stores every floating-point tensor in one type, rounding to nearest even.
  ///
  /// @param type `F32`, `BF16` or `F16`
  /// @return this writer
  /// @throws DTypeException if the type is none of them
  public SafetensorsWriter floatsAs(DType type) {
    if (!type.isFloating() || type.isQuantized()) {
      throw new DTypeException(
          "safetensors: floats cannot be stored as " + type + "; need F32, BF16 or F16");
    }
    floats = type;
    convertsFloats = true;
    return this;
  }

  /// Writes all tensors. If this fails, an older file of that name stays whole.
  ///
  /// @param target the file; its folder must exist
  /// @param state what to write
  /// @throws IOException if writing fails, for example because the disk is full
  /// @throws DTypeException if a tensor is quantised, which this format does not know
  public void write(Path target, StateDict state) throws IOException {
    List<Part> parts = new ArrayList<>();
    for (Map.Entry<String, Tensor> entry : state.tensors().entrySet()) {
      Tensor tensor = entry.getValue();
      DType type = convertsFloats && tensor.dtype().isFloating() ? floats : tensor.dtype();
      if (type.isQuantized()) {
        throw new DTypeException(
            "safetensors: tensor \"%s\" is %s; need a type that is not quantised, or floatsAs"
                .formatted(entry.getKey(), type));
      }
      parts.add(
          new Part(
              entry.getKey(),
              StoredType.of(type),
              tensor.shape(),
              channel -> TensorOutput.write(channel, tensor, type)));
    }
    write(target, parts);
  }

  /// Writes all tensors of a checkpoint, one after the other: memory for the largest suffices.
  /// Types stay as they are in the file, but for floats if [#floatsAs] was called, and for
  /// quantised ones, which become f32 otherwise. If this fails, an older file of that name stays
  /// whole.
  ///
  /// @param target the file, not the one that is read; its folder must exist
  /// @param source what to write
  /// @param backend who converts
  /// @throws IOException if reading or writing fails
  public void write(Path target, Checkpoint source, Backend backend) throws IOException {
    List<Part> parts = new ArrayList<>();
    for (TensorEntry entry : source.entries()) {
      String name = entry.name();
      boolean isFloating = entry.type().dtype().isFloating();
      if (isFloating && (convertsFloats || entry.type().isQuantized())) {
        AtomicFiles.Contents converted =
            channel -> TensorOutput.write(channel, source, name, backend, floats);
        parts.add(new Part(name, StoredType.of(floats), entry.shape(), converted));
      } else {
        AtomicFiles.Contents copied = channel -> AtomicFiles.writeFully(channel, source.raw(name));
        parts.add(new Part(name, entry.type(), entry.shape(), copied));
      }
    }
    write(target, parts);
  }

  /// One tensor of the file.
  private record Part(String name, StoredType type, Shape shape, AtomicFiles.Contents contents) {
    long bytes() {
      return type.bytes(shape.numel());
    }
  }

  private void write(Path target, List<Part> parts) throws IOException {
    // wide types first: every tensor is then aligned to its element size
    parts.sort(Comparator.comparingInt((Part part) -> part.type.blockBytes()).reversed());
    byte[] header = header(parts);
    AtomicFiles.write(
        target,
        channel -> {
          AtomicFiles.writeFully(channel, ByteBuffer.wrap(header));
          for (Part part : parts) {
            part.contents.writeTo(channel);
          }
        });
  }

  private byte[] header(List<Part> parts) {
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    try (JsonGenerator out = new JsonFactory().createGenerator(ObjectWriteContext.empty(), json)) {
      out.writeStartObject();
      if (!metadata.isEmpty()) {
        out.writeObjectPropertyStart("__metadata__");
        metadata.forEach(out::writeStringProperty);
        out.writeEndObject();
      }
      long from = 0;
      for (Part part : parts) {
        long to = from + part.bytes();
        long[] sizes = part.shape.toArray();
        out.writeObjectPropertyStart(part.name);
        out.writeStringProperty("dtype", part.type.name());
        out.writeName("shape").writeArray(sizes, 0, sizes.length);
        out.writeName("data_offsets").writeArray(new long[] {from, to}, 0, 2);
        out.writeEndObject();
        from = to;
      }
      out.writeEndObject();
    }
    return framed(json.toByteArray());
  }

  /// Length, JSON, and blanks up to where the data may start.
  private static byte[] framed(byte[] json) {
    int before = SafetensorsHeader.LENGTH_BYTES;
    int dataFrom = Math.ceilDiv(before + json.length, DATA_ALIGNMENT) * DATA_ALIGNMENT;
    byte[] framed = new byte[dataFrom];
    Arrays.fill(framed, (byte) ' ');
    ByteBuffer.wrap(framed).order(ByteOrder.LITTLE_ENDIAN).putLong(dataFrom - before).put(json);
    return framed;
  }
}
