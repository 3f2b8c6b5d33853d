package dev.jacquard.tensor.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads the `.bin` files of karpathy/llama2.c in f32: a header of seven sizes and then all weights
/// of a Llama without names. The names given here are those of the model that wrote them.
///
/// Versions 0, without magic number, and 1. Sizes are in the metadata: `dim`, `hidden_dim`,
/// `n_layers`, `n_heads`, `n_kv_heads`, `vocab_size`, `max_seq_len`, and `shared_classifier`, true
/// if the table of tokens is the output layer too.
public final class Llama2cReader {
  private static final int MAGIC = 0x616b3432;
  private static final int LATER_HEADER_BYTES = 256;
  private static final List<String> SIZES =
      List.of(
          "dim", "hidden_dim", "n_layers", "n_heads", "n_kv_heads", "vocab_size", "max_seq_len");
  private static final long LARGEST = 1 << 24; // of any size

  private final List<TensorEntry> entries = new ArrayList<>();
  private long at;

  private Llama2cReader() {}

  /// Opens a file and checks that its sizes account for every byte.
  ///
  /// @param path a file of llama2.c
  /// @return the open file, closed by the caller
  /// @throws CheckpointException if the sizes are no Llama's or the file has another length
  /// @throws IOException if it cannot be read
  public static Checkpoint open(Path path) throws IOException {
    MappedFile file = MappedFile.open(path);
    try {
      return new Llama2cReader().read(file);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private Checkpoint read(MappedFile file) throws CheckpointException {
    FileCursor in = new FileCursor(file);
    int version = 0;
    if (in.i32() == MAGIC) {
      version = in.i32();
      if (version != 1) {
        throw in.problemAt("llama2.c file of version %d; need 0 or 1".formatted(version), 4);
      }
    } else {
      in.seek(0);
    }
    Map<String, Integer> sizes = new LinkedHashMap<>();
    for (String name : SIZES) {
      sizes.put(name, in.i32());
    }
    boolean isShared = version == 0 ? sizes.get("vocab_size") > 0 : in.u8() != 0;
    sizes.computeIfPresent("vocab_size", (_, size) -> Math.abs(size));
    checkSizes(in, sizes);
    at = version == 0 ? in.position() : LATER_HEADER_BYTES;
    if (version == 0) {
      listOldest(sizes);
    } else {
      listLater(sizes);
    }
    if (!isShared) {
      add("output.weight", sizes.get("vocab_size"), sizes.get("dim"));
    }
    if (at != file.size()) {
      throw file.problem(
          "no llama2.c file, or truncated; %d bytes; sizes %s need %d"
              .formatted(file.size(), sizes, at),
          Math.min(at, file.size()));
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    sizes.forEach((name, size) -> metadata.put(name, size.toString()));
    metadata.put("shared_classifier", Boolean.toString(isShared));
    return new MappedCheckpoint(file, metadata, entries);
  }

  private static void checkSizes(FileCursor in, Map<String, Integer> sizes)
      throws CheckpointException {
    boolean fits = sizes.values().stream().allMatch(size -> size > 0 && size < LARGEST);
    int heads = sizes.get("n_heads");
    if (!fits
        || sizes.get("dim") % heads != 0
        || heads % sizes.get("n_kv_heads") != 0
        || (sizes.get("dim") / heads) % 2 != 0
        || (double) sizes.get("n_layers") * sizes.get("dim") > in.remaining()) {
      throw in.problemAt("no llama2.c file: its sizes are no Llama's; %s".formatted(sizes), 0);
    }
  }

  /// Version 0: the order of the first exporter, with tables of the rotary embedding.
  private void listOldest(Map<String, Integer> sizes) {
    int dim = sizes.get("dim");
    int kvDim = dim / sizes.get("n_heads") * sizes.get("n_kv_heads");
    int hidden = sizes.get("hidden_dim");
    int layers = sizes.get("n_layers");
    add("tok_embeddings.weight", sizes.get("vocab_size"), dim);
    addAll(layers, "attention_norm", dim);
    addAll(layers, "attention.wq", dim, dim);
    addAll(layers, "attention.wk", kvDim, dim);
    addAll(layers, "attention.wv", kvDim, dim);
    addAll(layers, "attention.wo", dim, dim);
    addAll(layers, "ffn_norm", dim);
    addAll(layers, "feed_forward.w1", hidden, dim);
    addAll(layers, "feed_forward.w2", dim, hidden);
    addAll(layers, "feed_forward.w3", hidden, dim);
    add("norm.weight", dim);
    int pairs = dim / sizes.get("n_heads") / 2;
    add("freqs_cos", sizes.get("max_seq_len"), pairs);
    add("freqs_sin", sizes.get("max_seq_len"), pairs);
  }

  private void listLater(Map<String, Integer> sizes) {
    int dim = sizes.get("dim");
    int kvDim = dim / sizes.get("n_heads") * sizes.get("n_kv_heads");
    int hidden = sizes.get("hidden_dim");
    int layers = sizes.get("n_layers");
    addAll(layers, "attention_norm", dim);
    addAll(layers, "ffn_norm", dim);
    add("norm.weight", dim);
    add("tok_embeddings.weight", sizes.get("vocab_size"), dim);
    addAll(layers, "attention.wq", dim, dim);
    addAll(layers, "attention.wk", kvDim, dim);
    addAll(layers, "attention.wv", kvDim, dim);
    addAll(layers, "attention.wo", dim, dim);
    addAll(layers, "feed_forward.w1", hidden, dim);
    addAll(layers, "feed_forward.w2", dim, hidden);
    addAll(layers, "feed_forward.w3", hidden, dim);
  }

  private void addAll(int layers, String name, long... shape) {
    for (int layer = 0; layer < layers; layer++) {
      add("layers.%d.%s.weight".formatted(layer, name), shape);
    }
  }

  private void add(String name, long... shape) {
    TensorEntry entry = TensorEntry.of(name, StoredType.F32, shape, at);
    entries.add(entry);
    at += entry.sizeBytes();
  }

  /// The files, told by the magic number or, in version 0, by sizes that could be a Llama's.
  public static final class Format implements CheckpointFormat {
    /// Creates the format.
    public Format() {}

    @Override
    public String name() {
      return "llama2.c";
    }

    @Override
    public List<String> suffixes() {
      return List.of();
    }

    @Override
    public boolean recognizes(byte[] head, long sizeBytes) {
      int[] numbers = new int[SIZES.size()];
      if (head.length < numbers.length * Integer.BYTES) {
        return false;
      }
      for (int i = 0; i < numbers.length; i++) {
        for (int b = Integer.BYTES - 1; b >= 0; b--) {
          numbers[i] = numbers[i] << 8 | (head[i * Integer.BYTES + b] & 0xff);
        }
      }
      boolean areSizes = true;
      for (int i = 0; i < numbers.length; i++) {
        areSizes &= (i == 5 ? Math.abs(numbers[i]) : numbers[i]) > 0;
      }
      return numbers[0] == MAGIC
          || (areSizes && numbers[0] < LARGEST && (long) numbers[0] * numbers[2] < sizeBytes);
    }

    @Override
    public Checkpoint open(Path file) throws IOException {
      return Llama2cReader.open(file);
    }
  }
}
