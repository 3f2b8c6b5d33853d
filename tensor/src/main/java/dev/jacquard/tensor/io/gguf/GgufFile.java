package dev.jacquard.tensor.io.gguf;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.MappedCheckpoint;
import dev.jacquard.tensor.io.MappedFile;
import dev.jacquard.tensor.io.TensorEntry;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// An open GGUF file of version 2 or 3. Shapes are row-major as everywhere: the order in the file
/// reversed.
///
/// ```java
/// try (GgufFile file = GgufFile.open(Path.of("model.gguf"))) {
///   long layers = file.number("llama.block_count");
///   Tensor w = file.tensor(backend, "blk.0.attn_q.weight");
/// }
/// ```
public final class GgufFile implements Checkpoint {
  private static final int SHOWN = 8; // elements of a list, as text

  private final MappedCheckpoint tensors;
  private final Map<String, Object> fields;

  private GgufFile(MappedCheckpoint tensors, Map<String, Object> fields) {
    this.tensors = tensors;
    this.fields = fields;
  }

  /// Opens a file and checks its header.
  ///
  /// @param path a GGUF file
  /// @return the open file, closed by the caller
  /// @throws CheckpointException if it is malformed, or has types that are not known
  /// @throws IOException if it cannot be read
  public static GgufFile open(Path path) throws IOException {
    MappedFile file = MappedFile.open(path);
    try {
      GgufHeader header = GgufHeader.read(file);
      Map<String, String> metadata = new LinkedHashMap<>();
      header.fields().forEach((name, value) -> metadata.put(name, text(value)));
      return new GgufFile(new MappedCheckpoint(file, metadata, header.entries()), header.fields());
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static String text(Object value) {
    if (!(value instanceof List<?> list)) {
      return value.toString();
    }
    String start = list.stream().limit(SHOWN).toList().toString();
    return list.size() <= SHOWN ? start : start + " and " + (list.size() - SHOWN) + " more";
  }

  /// The metadata with their types.
  ///
  /// @return unmodifiable: `Long`, `Double`, `Boolean`, `String`, or a `List` of one of them
  public Map<String, Object> fields() {
    return Collections.unmodifiableMap(fields);
  }

  /// Whether there is a field.
  ///
  /// @param name its key
  /// @return true if the others have an answer
  public boolean has(String name) {
    return fields.containsKey(name);
  }

  /// A field that holds a whole number.
  ///
  /// @param name its key
  /// @return its value
  /// @throws CheckpointException if it is missing or something else
  public long number(String name) throws CheckpointException {
    return field(name, Long.class, "a whole number");
  }

  /// A field that holds a number, whole or not.
  ///
  /// @param name its key
  /// @return its value
  /// @throws CheckpointException if it is missing or something else
  public double real(String name) throws CheckpointException {
    return field(name, Number.class, "a number").doubleValue();
  }

  /// A field that holds a text.
  ///
  /// @param name its key
  /// @return its value
  /// @throws CheckpointException if it is missing or something else
  public String text(String name) throws CheckpointException {
    return field(name, String.class, "a text");
  }

  /// A field that holds a list.
  ///
  /// @param name its key
  /// @return its elements
  /// @throws CheckpointException if it is missing or something else
  public List<?> list(String name) throws CheckpointException {
    return field(name, List.class, "a list");
  }

  private <T> T field(String name, Class<T> type, String kind) throws CheckpointException {
    Object value = fields.get(name);
    if (!type.isInstance(value)) {
      throw new CheckpointException(
          "\"%s\" is %s; need %s".formatted(name, value == null ? "missing" : text(value), kind),
          file().toString());
    }
    return type.cast(value);
  }

  @Override
  public Path file() {
    return tensors.file();
  }

  @Override
  public Map<String, String> metadata() {
    return tensors.metadata();
  }

  @Override
  public List<TensorEntry> entries() {
    return tensors.entries();
  }

  @Override
  public MemorySegment raw(String name) throws CheckpointException {
    return tensors.raw(name);
  }

  @Override
  public Tensor tensor(Backend backend, String name) throws CheckpointException {
    return tensors.tensor(backend, name);
  }

  @Override
  public void close() {
    tensors.close();
  }
}
