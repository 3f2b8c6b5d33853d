package dev.jacquard.tensor.io;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.DTypeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
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
  private static final int CHUNK = 1 << 20; // elements that are converted at a time
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
    List<Map.Entry<String, Tensor>> tensors = new ArrayList<>(state.tensors().entrySet());
    // wide types first: every tensor is then aligned to its element size
    tensors.sort(
        Comparator.comparingInt(
                (Map.Entry<String, Tensor> e) -> StoredType.of(stored(e.getValue())).bytes())
            .reversed());
    byte[] header = header(tensors);
    AtomicFiles.write(
        target,
        channel -> {
          AtomicFiles.writeFully(channel, ByteBuffer.wrap(header));
          for (Map.Entry<String, Tensor> entry : tensors) {
            writeData(channel, entry.getValue());
          }
        });
  }

  private DType stored(Tensor tensor) {
    return convertsFloats && tensor.dtype().isFloating() ? floats : tensor.dtype();
  }

  private byte[] header(List<Map.Entry<String, Tensor>> tensors) {
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    try (JsonGenerator out = new JsonFactory().createGenerator(ObjectWriteContext.empty(), json)) {
      out.writeStartObject();
      if (!metadata.isEmpty()) {
        out.writeObjectPropertyStart("__metadata__");
        metadata.forEach(out::writeStringProperty);
        out.writeEndObject();
      }
      long from = 0;
      for (Map.Entry<String, Tensor> entry : tensors) {
        Tensor tensor = entry.getValue();
        long to = from + tensor.shape().numel() * stored(tensor).bytes();
        long[] sizes = tensor.shape().toArray();
        out.writeObjectPropertyStart(entry.getKey());
        out.writeStringProperty("dtype", StoredType.of(stored(tensor)).name());
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

  private void writeData(FileChannel channel, Tensor tensor) throws IOException {
    Tape.paused(
        () ->
            TensorScope.<Boolean, IOException>call(
                "write safetensors",
                () -> {
                  Tensor flat = tensor.contiguous().reshape(tensor.shape().numel());
                  for (long from = 0; from < flat.shape().numel(); from += CHUNK) {
                    long count = Math.min(CHUNK, flat.shape().numel() - from);
                    writeChunk(channel, flat.narrow(0, from, count));
                  }
                  return true;
                }));
  }

  private void writeChunk(FileChannel channel, Tensor chunk) throws IOException {
    TensorScope.<Boolean, IOException>call(
        "write chunk",
        () -> {
          AtomicFiles.writeFully(channel, chunk.to(stored(chunk)).segment().asByteBuffer());
          return true;
        });
  }
}
