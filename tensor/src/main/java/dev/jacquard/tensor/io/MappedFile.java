package dev.jacquard.tensor.io;

import static java.nio.file.StandardOpenOption.READ;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.memory.Storage;
import dev.jacquard.tensor.shape.Device;
import dev.jacquard.tensor.shape.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A file that is mapped, not loaded, and the tensors that are made of its parts: on the CPU
/// read-only views of the mapping, where the type allows it. Thread-safe but for [#close].
public final class MappedFile implements AutoCloseable {
  private final Path path;
  private final Arena arena;
  private final MemorySegment bytes;
  private final List<Storage> views = new ArrayList<>();

  private MappedFile(Path path, Arena arena, MemorySegment bytes) {
    this.path = path;
    this.arena = arena;
    this.bytes = bytes;
  }

  /// Maps a file.
  ///
  /// @param path the file
  /// @return the mapped file, closed by the caller
  /// @throws IOException if it is missing or cannot be read
  public static MappedFile open(Path path) throws IOException {
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(path, READ)) {
      MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      return new MappedFile(path, arena, bytes);
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /// Where the file is.
  ///
  /// @return the path, as given
  public Path path() {
    return path;
  }

  /// The whole file.
  ///
  /// @return read-only, valid until this is closed
  public MemorySegment bytes() {
    return bytes;
  }

  /// Size of the file.
  ///
  /// @return bytes
  public long size() {
    return bytes.byteSize();
  }

  /// A part of the file as a tensor.
  ///
  /// @param backend who computes with it
  /// @param data elements in row-major order, within [#bytes()] or elsewhere
  /// @param type their type
  /// @param shape shape of the tensor
  /// @return a view of the file if the type is direct, the place aligned and the backend on the
  ///   CPU; else a copy
  public Tensor tensor(Backend backend, MemorySegment data, StoredType type, Shape shape) {
    boolean aligned = data.address() % type.alignment() == 0;
    if (type.isDirect() && aligned && data.isNative() && backend.device().equals(Device.CPU)) {
      return Tensor.wrap(backend, view(data), type.dtype(), shape);
    }
    return copy(backend, data, type, shape);
  }

  /// Elements of a file as a tensor with memory of its own.
  ///
  /// @param backend who computes with it
  /// @param data elements in row-major order
  /// @param type their type
  /// @param shape shape of the tensor
  /// @return a copy
  public static Tensor copy(Backend backend, MemorySegment data, StoredType type, Shape shape) {
    Tensor copy = Tensor.empty(backend, type.dtype(), shape);
    type.decode(data, copy.segment());
    return copy;
  }

  /// The exception that says what is wrong where.
  ///
  /// @param problem what is wrong; the values seen; what would be right
  /// @param offsetBytes where in the file
  /// @return to be thrown
  public CheckpointException problem(String problem, long offsetBytes) {
    return new CheckpointException(problem, path, offsetBytes);
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
