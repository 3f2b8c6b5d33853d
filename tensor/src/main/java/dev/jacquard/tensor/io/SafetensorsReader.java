package dev.jacquard.tensor.io;

import static java.nio.file.StandardOpenOption.READ;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.memory.Storage;
import dev.jacquard.tensor.shape.Device;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads safetensors files. The file is mapped, not loaded: on the CPU a tensor whose data are
/// aligned is a read-only view of the mapping, others are copied.
///
/// ```java
/// try (Checkpoint file = SafetensorsReader.open(Path.of("model.safetensors"))) {
///   Tensor w = file.toF32(backend, "lm_head.weight");
/// }
/// ```
///
/// The header is checked as a whole when the file is opened: a file that is truncated, or whose
/// tensors do not cover its data exactly once, is refused. Thread-safe but for [#close].
public final class SafetensorsReader implements Checkpoint {
  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Path file;
  private final Arena arena;
  private final MemorySegment mapping;
  private final Map<String, String> metadata;
  private final List<TensorEntry> entries;
  private final Map<String, TensorEntry> byName = new LinkedHashMap<>();
  private final List<Storage> views = new ArrayList<>();

  private SafetensorsReader(
      Path file, Arena arena, MemorySegment mapping, SafetensorsHeader header) {
    this.file = file;
    this.arena = arena;
    this.mapping = mapping;
    this.metadata = header.metadata();
    this.entries = header.entries();
    entries.forEach(entry -> byName.put(entry.name(), entry));
  }

  /// Opens a file and checks its header.
  ///
  /// @param file a safetensors file
  /// @return a reader that the caller closes
  /// @throws CheckpointException if it is no whole safetensors file
  /// @throws IOException if it cannot be read
  public static SafetensorsReader open(Path file) throws IOException {
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(file, READ)) {
      MemorySegment mapping = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      byte[] header = header(file, mapping);
      SafetensorsHeader parsed = SafetensorsHeader.parse(file, header, mapping.byteSize());
      return new SafetensorsReader(file, arena, mapping, parsed);
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  private static byte[] header(Path file, MemorySegment mapping) throws CheckpointException {
    int before = SafetensorsHeader.LENGTH_BYTES;
    long fileBytes = mapping.byteSize();
    if (fileBytes < before) {
      throw new CheckpointException(
          "file is too short; %d bytes; need at least %d".formatted(fileBytes, before), file, 0);
    }
    long length = mapping.get(LENGTH, 0);
    long longest = Math.min(SafetensorsHeader.MAX_BYTES, fileBytes - before);
    if (length < 2 || length > longest) {
      throw new CheckpointException(
          "no safetensors file, or truncated; its header has %s bytes; need 2 to %d"
              .formatted(Long.toUnsignedString(length), longest),
          file,
          0);
    }
    return mapping.asSlice(before, length).toArray(ValueLayout.JAVA_BYTE);
  }

  @Override
  public Path file() {
    return file;
  }

  @Override
  public Map<String, String> metadata() {
    return metadata;
  }

  @Override
  public List<TensorEntry> entries() {
    return entries;
  }

  @Override
  public Tensor tensor(Backend backend, String name) throws CheckpointException {
    TensorEntry entry = byName.get(name);
    if (entry == null) {
      throw StateDict.missing(name, byName.keySet(), file.toString());
    }
    StoredType type = entry.type();
    MemorySegment data = mapping.asSlice(entry.offsetBytes(), entry.sizeBytes());
    boolean aligned = data.address() % type.bytes() == 0;
    if (type.isDirect() && aligned && backend.device().equals(Device.CPU)) {
      return Tensor.wrap(backend, view(data), type.dtype(), entry.shape());
    }
    Tensor copy = Tensor.empty(backend, type.dtype(), entry.shape());
    type.decode(data, copy.segment());
    return copy;
  }

  /// Unmaps the file. Tensors that are views of it may not be used afterwards; doing so is an
  /// error, not a crash.
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      views.forEach(Storage::release);
      arena.close();
    }
  }

  private Storage view(MemorySegment data) {
    Storage storage = Storage.external(data);
    synchronized (views) {
      views.add(storage);
    }
    return storage;
  }
}
