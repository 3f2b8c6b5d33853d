package dev.jacquard.tensor.io;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A checkpoint whose tensors lie in one mapped file, each in one piece: what most formats are once
/// their header is understood.
public final class MappedCheckpoint implements Checkpoint {
  private final MappedFile file;
  private final Map<String, String> metadata;
  private final Map<String, TensorEntry> entries = new LinkedHashMap<>();

  /// Makes a checkpoint of what a header says, and checks that the tensors lie in the file.
  ///
  /// @param file the file, closed with this checkpoint
  /// @param metadata texts for [#metadata()]
  /// @param entries the tensors, for [#entries()]
  /// @throws CheckpointException if a name comes twice or a tensor leaves the file
  public MappedCheckpoint(MappedFile file, Map<String, String> metadata, List<TensorEntry> entries)
      throws CheckpointException {
    this.file = file;
    this.metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    for (TensorEntry entry : entries) {
      if (entry.offsetBytes() < 0 || entry.offsetBytes() > file.size() - entry.sizeBytes()) {
        throw file.problem(
            "tensor \"%s\" leaves the file; %d bytes; file has %d"
                .formatted(Names.shortened(entry.name()), entry.sizeBytes(), file.size()),
            Math.clamp(entry.offsetBytes(), 0, file.size()));
      }
      if (this.entries.putIfAbsent(entry.name(), entry) != null) {
        throw file.problem(
            "two tensors of one name; \"%s\"".formatted(Names.shortened(entry.name())),
            entry.offsetBytes());
      }
    }
  }

  @Override
  public Path file() {
    return file.path();
  }

  @Override
  public Map<String, String> metadata() {
    return metadata;
  }

  @Override
  public List<TensorEntry> entries() {
    return List.copyOf(entries.values());
  }

  @Override
  public MemorySegment raw(String name) throws CheckpointException {
    TensorEntry entry = entry(name);
    return file.bytes().asSlice(entry.offsetBytes(), entry.sizeBytes());
  }

  @Override
  public Tensor tensor(Backend backend, String name) throws CheckpointException {
    TensorEntry entry = entry(name);
    return file.tensor(backend, raw(name), entry.type(), entry.shape());
  }

  private TensorEntry entry(String name) throws CheckpointException {
    TensorEntry entry = entries.get(name);
    if (entry == null) {
      throw Names.missing(name, entries.keySet(), file.path().toString());
    }
    return entry;
  }

  @Override
  public void close() {
    file.close();
  }
}
