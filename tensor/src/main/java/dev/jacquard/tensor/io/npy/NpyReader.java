package dev.jacquard.tensor.io.npy;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.FileCursor;
import dev.jacquard.tensor.io.MappedFile;
import dev.jacquard.tensor.io.Names;
import dev.jacquard.tensor.io.StridedElements;
import dev.jacquard.tensor.io.TensorEntry;
import dev.jacquard.tensor.io.zip.ZipDirectory;
import dev.jacquard.tensor.io.zip.ZipItem;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads `.npy` and `.npz` files, the latter stored or compressed. The array of an `.npy` file is
/// called `array`, those of an `.npz` file have the names that they were saved under.
public final class NpyReader implements Checkpoint {
  private static final String SINGLE = "array";
  private static final String SUFFIX = ".npy";

  private final MappedFile file;
  private final Map<String, NpyArray> arrays = new LinkedHashMap<>();
  private final List<TensorEntry> entries = new ArrayList<>();

  private NpyReader(MappedFile file) {
    this.file = file;
  }

  /// Opens a file and reads the headers of its arrays.
  ///
  /// @param path an `.npy` or `.npz` file
  /// @return the open file, closed by the caller
  /// @throws CheckpointException if it is neither, malformed, or holds other things than numbers
  /// @throws IOException if it cannot be read
  public static Checkpoint open(Path path) throws IOException {
    MappedFile file = MappedFile.open(path);
    try {
      NpyReader reader = new NpyReader(file);
      if (NpyFormat.isZip(file)) {
        reader.readZip();
      } else {
        NpyHeader header = NpyHeader.read(new FileCursor(file));
        reader.add(SINGLE, header, 0, file.size(), file::bytes);
      }
      return reader;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private void readZip() throws CheckpointException {
    ZipDirectory zip = ZipDirectory.read(file);
    for (ZipItem item : zip.items().values()) {
      String name = item.name();
      if (!name.endsWith(SUFFIX)) {
        throw file.problem(
            "\"%s\" is no array; need names that end in .npy".formatted(Names.shortened(name)),
            item.offsetBytes());
      }
      MemorySegment start = zip.start(item, NpyHeader.MAX_BYTES);
      NpyHeader header = NpyHeader.read(new FileCursor(file, start, item.offsetBytes()));
      String key = name.substring(0, name.length() - SUFFIX.length());
      add(key, header, item.offsetBytes(), item.bytes(), () -> zip.contents(item));
    }
  }

  private void add(String name, NpyHeader header, long at, long size, NpyArray.Contents contents)
      throws CheckpointException {
    TensorEntry entry =
        TensorEntry.of(name, header.type(), header.shape().toArray(), at + header.bytes());
    if (entry.sizeBytes() != size - header.bytes()) {
      throw file.problem(
          "array \"%s\" has %d bytes of elements; need %d"
              .formatted(Names.shortened(name), size - header.bytes(), entry.sizeBytes()),
          at + header.bytes());
    }
    arrays.put(name, new NpyArray(header, contents));
    entries.add(entry);
  }

  @Override
  public Path file() {
    return file.path();
  }

  @Override
  public Map<String, String> metadata() {
    return Map.of();
  }

  @Override
  public List<TensorEntry> entries() {
    return List.copyOf(entries);
  }

  @Override
  public MemorySegment raw(String name) throws CheckpointException {
    return elements(find(name)).asReadOnly();
  }

  @Override
  public Tensor tensor(Backend backend, String name) throws CheckpointException {
    NpyArray array = find(name);
    NpyHeader header = array.header();
    return header.isColumnMajor()
        ? MappedFile.copy(backend, elements(array), header.type(), header.shape())
        : file.tensor(backend, elements(array), header.type(), header.shape());
  }

  private NpyArray find(String name) throws CheckpointException {
    NpyArray array = arrays.get(name);
    if (array == null) {
      throw Names.missing(name, arrays.keySet(), file.path().toString());
    }
    return array;
  }

  /// In row-major order.
  private static MemorySegment elements(NpyArray array) throws CheckpointException {
    NpyHeader header = array.header();
    MemorySegment elements = array.contents().read().asSlice(header.bytes());
    return header.isColumnMajor() ? toRowMajor(header, elements) : elements;
  }

  private static MemorySegment toRowMajor(NpyHeader header, MemorySegment elements) {
    long[] shape = header.shape().toArray();
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int axis = 0; axis < strides.length; axis++) {
      strides[axis] = stride;
      stride *= Math.max(1, shape[axis]);
    }
    int size = header.type().blockBytes();
    MemorySegment rows = Arena.ofAuto().allocate(elements.byteSize(), size);
    StridedElements.gather(elements, 0, shape, strides, size, rows);
    return rows;
  }

  @Override
  public void close() {
    file.close();
  }
}
