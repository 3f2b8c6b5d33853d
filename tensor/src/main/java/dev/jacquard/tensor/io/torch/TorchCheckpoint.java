package dev.jacquard.tensor.io.torch;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.MappedFile;
import dev.jacquard.tensor.io.Names;
import dev.jacquard.tensor.io.StridedElements;
import dev.jacquard.tensor.io.TensorEntry;
import dev.jacquard.tensor.shape.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The tensors in the value of a pickle, each under its path: keys and positions joined by dots. A
/// value that is a tensor itself is called `tensor`. Other values are metadata under their paths; a
/// list without tensors is one text.
final class TorchCheckpoint implements Checkpoint {
  private static final int MAX_DEPTH = 64;
  private static final int MAX_VISITS = 1 << 19; // a value may contain another many times
  private static final int MAX_SHOWN = 32; // elements of a list
  private static final int MAX_PATH = 1 << 12; // characters
  private static final long MAX_METADATA = 1 << 26; // characters
  private static final int USUAL_COPIES = 16;
  private static final long FREE_BYTES = 256 << 20;

  private final MappedFile file;
  private final Map<String, MemorySegment> data; // by key of the storage
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Map<String, TorchTensor> tensors = new LinkedHashMap<>();
  private final List<TensorEntry> entries = new ArrayList<>();
  private int visits;
  private long characters; // of metadata

  /// @param file closed with this
  /// @param root what the pickle built
  /// @param data contents of the storages by key
  TorchCheckpoint(MappedFile file, @Nullable Object root, Map<String, MemorySegment> data)
      throws CheckpointException {
    this.file = file;
    this.data = data;
    visit(root instanceof TorchTensor ? "tensor" : "", root, 0);
    checkTotal();
  }

  private void visit(String path, @Nullable Object value, int depth) throws CheckpointException {
    if (depth > MAX_DEPTH || ++visits > MAX_VISITS) {
      throw file.problem("pickle is nested too deeply, or contains itself", 0);
    }
    switch (value) {
      case TorchTensor tensor -> add(path, tensor);
      case Map<?, ?> map -> {
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          visit(join(path, entry.getKey()), entry.getValue(), depth + 1);
        }
      }
      case Tuple tuple -> visitList(path, tuple.items(), depth);
      case List<?> list -> visitList(path, list, depth);
      case byte[] bytes -> note(path, bytes.length + " bytes");
      case PickleClass type -> note(path, type.name());
      case TorchStorage storage -> note(path, "storage of " + storage.bytes() + " bytes");
      case null -> note(path, "None");
      default -> note(path, value.toString());
    }
  }

  private void visitList(String path, List<?> list, int depth) throws CheckpointException {
    if (list.stream().allMatch(TorchCheckpoint::isPlain)) {
      String more = list.size() > MAX_SHOWN ? " and " + (list.size() - MAX_SHOWN) + " more" : "";
      Stream<String> items = list.stream().limit(MAX_SHOWN).map(String::valueOf);
      note(path, items.map(Names::shortened).toList() + more);
      return;
    }
    for (int i = 0; i < list.size(); i++) {
      visit(join(path, i), list.get(i), depth + 1);
    }
  }

  private void note(String path, String text) throws CheckpointException {
    characters += path.length() + text.length();
    if (characters > MAX_METADATA) {
      throw file.problem("pickle with more texts than the file is long", 0);
    }
    metadata.put(path, text);
  }

  private static boolean isPlain(@Nullable Object value) {
    return value == null
        || value instanceof String
        || value instanceof Number
        || value instanceof Boolean;
  }

  private String join(String path, Object key) throws CheckpointException {
    String name = String.valueOf(key);
    if (path.length() + name.length() > MAX_PATH) {
      throw file.problem("a name of more than %d characters".formatted(MAX_PATH), 0);
    }
    return path.isEmpty() ? name : path + "." + name;
  }

  private void add(String path, TorchTensor tensor) throws CheckpointException {
    MemorySegment storage = data(tensor);
    long place = storage.isNative() ? storage.address() - file.bytes().address() : 0;
    TensorEntry entry =
        TensorEntry.of(
            path,
            tensor.type(),
            tensor.shape(),
            place + tensor.offset() * tensor.type().blockBytes());
    if (tensors.putIfAbsent(path, tensor) != null) {
      throw file.problem("two tensors of one name; \"%s\"".formatted(Names.shortened(path)), place);
    }
    entries.add(entry);
  }

  /// A tensor may show few elements many times; all of them together must still be reasonable.
  private void checkTotal() throws CheckpointException {
    double total = entries.stream().mapToDouble(TensorEntry::sizeBytes).sum();
    if (total > FREE_BYTES + (double) USUAL_COPIES * file.size()) {
      throw file.problem(
          "file of %d bytes would have tensors of %.0f bytes".formatted(file.size(), total), 0);
    }
  }

  @Override
  public Path file() {
    return file.path();
  }

  @Override
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(metadata);
  }

  @Override
  public List<TensorEntry> entries() {
    return Collections.unmodifiableList(entries);
  }

  @Override
  public MemorySegment raw(String name) throws CheckpointException {
    TorchTensor tensor = find(name);
    return tensor.isContiguous() ? inPlace(tensor) : gathered(tensor, Arena.ofAuto()).asReadOnly();
  }

  @Override
  public Tensor tensor(Backend backend, String name) throws CheckpointException {
    TorchTensor tensor = find(name);
    Shape shape = Shape.of(tensor.shape());
    if (tensor.isContiguous()) {
      return file.tensor(backend, inPlace(tensor), tensor.type(), shape);
    }
    try (Arena arena = Arena.ofConfined()) {
      return MappedFile.copy(backend, gathered(tensor, arena), tensor.type(), shape);
    }
  }

  private TorchTensor find(String name) throws CheckpointException {
    TorchTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw Names.missing(name, tensors.keySet(), file.path().toString());
    }
    return tensor;
  }

  private MemorySegment data(TorchTensor tensor) {
    MemorySegment storage = data.get(tensor.storage().key());
    if (storage == null) {
      throw new AssertionError("storage " + tensor.storage().key() + " was not collected");
    }
    return storage;
  }

  private MemorySegment inPlace(TorchTensor tensor) {
    int size = tensor.type().blockBytes();
    long from = tensor.elements() == 0 ? 0 : tensor.offset() * size;
    return data(tensor).asSlice(from, tensor.elements() * size);
  }

  /// The elements in row-major order.
  private MemorySegment gathered(TorchTensor tensor, Arena arena) {
    int size = tensor.type().blockBytes();
    MemorySegment to = arena.allocate(tensor.elements() * size, size);
    StridedElements.gather(
        data(tensor), tensor.offset(), tensor.shape(), tensor.strides(), size, to);
    return to;
  }

  @Override
  public void close() {
    file.close();
  }
}
