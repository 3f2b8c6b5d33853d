package dev.jacquard.tensor.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
  private static final List<String> NAMES =
      List.of(
          "dim", "hidden_dim", "n_layers", "n_heads", "n_kv_heads", "vocab_size", "max_seq_len");
  private static final int VOCABULARY = 5; // where its size stands; negative if not shared
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
    int[] numbers = new int[NAMES.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = in.i32();
    }
    boolean isShared = version == 0 ? numbers[VOCABULARY] > 0 : in.u8() != 0;
    numbers[VOCABULARY] = Math.abs(numbers[VOCABULARY]);
    Sizes sizes = Sizes.of(in, numbers);
    at = version == 0 ? in.position() : LATER_HEADER_BYTES;
    if (version == 0) {
      listOldest(sizes);
    } else {
      listLater(sizes);
    }
    if (!isShared) {
      add("output.weight", sizes.vocabulary, sizes.dim);
    }
    if (at != file.size()) {
      throw file.problem(
          "no llama2.c file, or truncated; %d bytes; sizes %s need %d"
              .formatted(file.size(), sizes, at),
          Math.min(at, file.size()));
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    for (int i = 0; i < numbers.length; i++) {
      metadata.put(NAMES.get(i), Integer.toString(numbers[i]));
    }
    metadata.put("shared_classifier", Boolean.toString(isShared));
    return new MappedCheckpoint(file, metadata, entries);
  }

  /// The sizes in the header, in its order.
  private record Sizes(
      int dim, int hidden, int layers, int heads, int kvHeads, int vocabulary, int positions) {

    static Sizes of(FileCursor in, int... n) throws CheckpointException {
      boolean fits = Arrays.stream(n).allMatch(size -> size > 0 && size < LARGEST);
      Sizes sizes = new Sizes(n[0], n[1], n[2], n[3], n[4], n[5], n[6]);
      if (!fits
          || sizes.dim % sizes.heads != 0
          || sizes.heads % sizes.kvHeads != 0
          || (sizes.dim / sizes.heads) % 2 != 0
          || (double) sizes.layers * sizes.dim > in.remaining()) {
        throw in.problemAt("no llama2.c file: its sizes are no Llama's; %s".formatted(sizes), 0);
      }
      return sizes;
    }

    int kvDim() {
      return dim / heads * kvHeads;
    }
  }

  /// Version 0: the order of the first exporter, with tables of the rotary embedding.
  private void listOldest(Sizes sizes) {
    int dim = sizes.dim;
    int kvDim = sizes.kvDim();
    int hidden = sizes.hidden;
    int layers = sizes.layers;
    add("tok_embeddings.weight", sizes.vocabulary, dim);
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
    int pairs = dim / sizes.heads / 2;
    add("freqs_cos", sizes.positions, pairs);
    add("freqs_sin", sizes.positions, pairs);
  }

  private void listLater(Sizes sizes) {
    int dim = sizes.dim;
    int kvDim = sizes.kvDim();
    int hidden = sizes.hidden;
    int layers = sizes.layers;
    addAll(layers, "attention_norm", dim);
    addAll(layers, "ffn_norm", dim);
    add("norm.weight", dim);
    add("tok_embeddings.weight", sizes.vocabulary, dim);
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
      int[] numbers = new int[NAMES.size()];
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
        areSizes &= (i == VOCABULARY ? Math.abs(numbers[i]) : numbers[i]) > 0;
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
