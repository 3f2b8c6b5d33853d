package dev.jacquard.tensor.io;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/// A checkpoint in several files with an index that says which tensor is where, as Hugging Face
/// writes them: `model.safetensors.index.json` or `pytorch_model.bin.index.json`. The shards are
/// told by their contents, each on its own.
public final class ShardedCheckpoint implements Checkpoint {
  private static final long MAX_INDEX_BYTES = 100_000_000;
  private static final int MAX_DEPTH = 8;
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxDocumentLength(MAX_INDEX_BYTES)
                  .maxNestingDepth(MAX_DEPTH)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private final Path index;
  private final Map<String, Checkpoint> shards = new TreeMap<>(); // by name of the file
  private final Map<String, Checkpoint> owners = new LinkedHashMap<>(); // by name of the tensor
  private final List<TensorEntry> entries = new ArrayList<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  private ShardedCheckpoint(Path index) {
    this.index = index;
  }

  /// Opens an index and all files that it names.
  ///
  /// @param index a file `....index.json`
  /// @return the open checkpoint, closed by the caller
  /// @throws CheckpointException if index or files are malformed, or disagree
  /// @throws IOException if a file is missing or cannot be read
  public static Checkpoint open(Path index) throws IOException {
    ShardedCheckpoint checkpoint = new ShardedCheckpoint(index);
    try {
      checkpoint.read();
      return checkpoint;
    } catch (IOException | RuntimeException e) {
      checkpoint.close();
      throw e;
    }
  }

  private void read() throws IOException {
    Map<String, String> fileOf = readIndex();
    for (String file : fileOf.values()) {
      if (!shards.containsKey(file)) {
        shards.put(file, Checkpoints.openWhole(index.resolveSibling(file)));
      }
    }
    for (Map.Entry<String, Checkpoint> shard : shards.entrySet()) {
      shard.getValue().metadata().forEach(metadata::putIfAbsent);
      for (TensorEntry entry : shard.getValue().entries()) {
        String name = entry.name();
        if (!shard.getKey().equals(fileOf.get(name))) {
          throw problem(
              "tensor \"%s\" is in %s; the index says %s"
                  .formatted(Names.shortened(name), shard.getKey(), fileOf.get(name)));
        }
        owners.put(name, shard.getValue());
        entries.add(entry);
      }
    }
    for (Map.Entry<String, String> entry : fileOf.entrySet()) {
      if (!owners.containsKey(entry.getKey())) {
        throw problem(
            "%s lacks tensor \"%s\", which the index names"
                .formatted(entry.getValue(), Names.shortened(entry.getKey())));
      }
    }
  }

  /// File by tensor, from the object `weight_map`.
  private Map<String, String> readIndex() throws IOException {
    if (Files.size(index) > MAX_INDEX_BYTES) {
      throw problem("too large for an index");
    }
    try (JsonParser json =
        JSON.createParser(ObjectReadContext.empty(), Files.readAllBytes(index))) {
      Map<String, String> fileOf = new LinkedHashMap<>();
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw problem("index is no JSON object");
      }
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        String field = json.currentName();
        json.nextToken();
        if (field.equals("weight_map")) {
          readMap(json, fileOf);
        } else {
          json.skipChildren();
        }
      }
      if (fileOf.isEmpty()) {
        throw problem("index names no tensors; need an object \"weight_map\"");
      }
      return fileOf;
    } catch (JacksonException e) {
      long at = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getByteOffset());
      throw new CheckpointException("index is no valid JSON; " + e.getOriginalMessage(), index, at);
    }
  }

  private void readMap(JsonParser json, Map<String, String> fileOf) throws CheckpointException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw problem("\"weight_map\" is no object");
    }
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = json.currentName();
      if (json.nextToken() != JsonToken.VALUE_STRING) {
        throw problem("tensor \"%s\" has no file".formatted(Names.shortened(name)));
      }
      String file = json.getString();
      if (!file.equals(fileName(file)) || file.equals("..") || file.equals(".")) {
        throw problem(
            "index names a file elsewhere, \"%s\"; need one beside it"
                .formatted(Names.shortened(file)));
      }
      fileOf.put(name, file);
    }
  }

  /// What is left of a name without folders; empty if it is no name of a file at all.
  private static String fileName(String name) {
    boolean isPlain = name.indexOf('\0') < 0 && name.indexOf('\\') < 0;
    return isPlain ? name.substring(name.lastIndexOf('/') + 1) : "";
  }

  private CheckpointException problem(String problem) {
    return new CheckpointException(problem, index.toString());
  }

  @Override
  public Path file() {
    return index;
  }

  @Override
  public Map<String, String> metadata() {
    return Map.copyOf(metadata);
  }

  /// All tensors; offsets are those in their own files.
  @Override
  public List<TensorEntry> entries() {
    return List.copyOf(entries);
  }

  @Override
  public MemorySegment raw(String name) throws CheckpointException {
    return owner(name).raw(name);
  }

  @Override
  public Tensor tensor(Backend backend, String name) throws CheckpointException {
    return owner(name).tensor(backend, name);
  }

  private Checkpoint owner(String name) throws CheckpointException {
    Checkpoint owner = owners.get(name);
    if (owner == null) {
      throw Names.missing(name, owners.keySet(), index.toString());
    }
    return owner;
  }

  @Override
  public void close() {
    shards.values().forEach(Checkpoint::close);
  }
}
