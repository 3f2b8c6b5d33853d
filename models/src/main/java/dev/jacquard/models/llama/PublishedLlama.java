package dev.jacquard.models.llama;

import dev.jacquard.models.ConfigFile;
import dev.jacquard.models.LlamaConfigJson;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.attention.RopeScaling;
import dev.jacquard.nn.block.LlamaConfig;
import dev.jacquard.nn.block.LlamaModel;
import dev.jacquard.nn.block.LlamaVariant;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.Checkpoints;
import dev.jacquard.tensor.io.StateDict;
import dev.jacquard.tensor.io.gguf.GgufFile;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.ShapeException;
import it.unimi.dsi.fastutil.floats.FloatArrayList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A Llama as it was published, with its weights in the mapped file: a folder of Hugging Face's
/// form (`config.json` beside the weights, whole or in shards), a GGUF file or one of llama2.c.
///
/// ```java
/// try (PublishedLlama llama = PublishedLlama.open(Path.of("stories15M.bin"), backend)) {
///   Tensor logits = llama.model().logits(ids);
/// }
/// ```
public final class PublishedLlama implements AutoCloseable {
  private static final float LLAMA2C_EPS = 1e-5f; // fixed in its code
  private static final double USUAL_THETA = 10000;
  private static final int USUAL_CONTEXT = 2048;

  private final LlamaModel model;
  private final Checkpoint file;
  private final TensorScope memory;

  private PublishedLlama(LlamaModel model, Checkpoint file, TensorScope memory) {
    this.model = model;
    this.file = file;
    this.memory = memory;
  }

  /// Opens a folder or file.
  ///
  /// @param path where the model is
  /// @param backend who computes
  /// @return the model, closed by the caller
  /// @throws CheckpointException if it is no Llama, malformed, or lacks a tensor; names the nearest
  /// @throws IOException if a file is missing or cannot be read
  public static PublishedLlama open(Path path, Backend backend) throws IOException {
    return open(path, backend, 0);
  }

  /// Opens a folder or file; a small model is copied to memory in f32 and packed, which is faster
  /// where several rows are computed at a time.
  ///
  /// @param path where the model is
  /// @param backend who computes
  /// @param packedBytes size in f32 up to which a model counts as small
  /// @return the model, closed by the caller
  /// @throws CheckpointException if it is no Llama, malformed, or lacks a tensor; names the nearest
  /// @throws IOException if a file is missing or cannot be read
  public static PublishedLlama open(Path path, Backend backend, long packedBytes)
      throws IOException {
    Checkpoint file = Checkpoints.open(path);
    TensorScope memory = TensorScope.open("llama " + path.getFileName());
    try {
      long numbers = file.entries().stream().mapToLong(e -> e.shape().numel()).sum();
      boolean packs = numbers <= packedBytes / Float.BYTES;
      LlamaModel model = memory.within(() -> load(path, file, backend, packs));
      return new PublishedLlama(model, file, memory);
    } catch (IOException | RuntimeException e) {
      memory.close();
      file.close();
      throw e;
    }
  }

  private static LlamaModel load(Path path, Checkpoint file, Backend backend, boolean packs)
      throws IOException {
    LlamaWeights names;
    LlamaConfig config;
    try {
      if (Files.isDirectory(path)) {
        names = LlamaWeights.HUGGING_FACE;
        config = LlamaConfigJson.read(ConfigFile.read(path.resolve("config.json")), USUAL_CONTEXT);
      } else if (file instanceof GgufFile gguf) {
        names = LlamaWeights.GGUF;
        config = config(gguf, backend);
      } else if (file.metadata().containsKey("shared_classifier")) {
        names = LlamaWeights.META;
        config = config(file);
      } else {
        throw new CheckpointException(
            "file says nothing of the model's sizes; need a folder with config.json, GGUF or"
                + " llama2.c",
            path.toString());
      }
    } catch (ShapeException e) { // sizes that do not fit each other
      throw new CheckpointException(String.valueOf(e.getMessage()), path.toString());
    }
    StateDict state = names.read(file, config.tiedEmbeddings(), backend);
    if (!packs) {
      return Parameters.frozen(backend, state, p -> new LlamaModel(config, p));
    }
    LlamaModel model = Parameters.frozen(backend, state, DType.F32, p -> new LlamaModel(config, p));
    model.pack();
    return model;
  }

  private static LlamaConfig config(GgufFile file, Backend backend) throws CheckpointException {
    if (!file.text("general.architecture").equals("llama")) {
      throw new CheckpointException(
          "architecture is \"%s\"; need \"llama\"".formatted(file.text("general.architecture")),
          file.file().toString());
    }
    int dim = size(file, "llama.embedding_length");
    int nHeads = size(file, "llama.attention.head_count");
    int headDim =
        file.has("llama.attention.key_length")
            ? size(file, "llama.attention.key_length")
            : dim / Math.max(1, nHeads);
    if (file.has("llama.rope.dimension_count")
        && size(file, "llama.rope.dimension_count") != headDim) {
      throw new CheckpointException(
          "rotary embedding of %d dimensions; need the head size, %d"
              .formatted(size(file, "llama.rope.dimension_count"), headDim),
          file.file().toString());
    }
    return new LlamaConfig(
        dim,
        size(file, "llama.block_count"),
        nHeads,
        file.has("llama.attention.head_count_kv")
            ? size(file, "llama.attention.head_count_kv")
            : nHeads,
        headDim,
        size(file, "llama.feed_forward_length"),
        Math.toIntExact(vocabulary(file)),
        size(file, "llama.context_length"),
        (float) file.real("llama.attention.layer_norm_rms_epsilon"),
        file.has("llama.rope.freq_base") ? file.real("llama.rope.freq_base") : USUAL_THETA,
        !LlamaWeights.GGUF.hasHead(file),
        new LlamaVariant(
            hasBias(file, "attn_q"),
            hasBias(file, "ffn_up"),
            true,
            scaling(file, headDim, backend)));
  }

  private static long vocabulary(GgufFile file) throws CheckpointException {
    for (var entry : file.entries()) {
      if (entry.name().equals("token_embd.weight") && entry.shape().rank() == 2) {
        return entry.shape().dim(0);
      }
    }
    throw new CheckpointException("no table \"token_embd.weight\"", file.file().toString());
  }

  private static boolean hasBias(GgufFile file, String layer) {
    String name = "blk.0." + layer + ".bias";
    return file.entries().stream().anyMatch(entry -> entry.name().equals(name));
  }

  private static RopeScaling scaling(GgufFile file, int headDim, Backend backend)
      throws CheckpointException {
    if (file.entries().stream().anyMatch(entry -> entry.name().equals("rope_freqs.weight"))) {
      float[] divisors = file.toF32(backend, "rope_freqs.weight").toFloats();
      if (divisors.length != headDim / 2) {
        throw new CheckpointException(
            "\"rope_freqs.weight\" has %d factors; need %d".formatted(divisors.length, headDim / 2),
            file.file().toString());
      }
      return new RopeScaling.Table(FloatArrayList.wrap(divisors));
    }
    String type = "llama.rope.scaling.type";
    if (!file.has(type) || file.text(type).equals("none")) {
      return RopeScaling.NONE;
    }
    if (!file.text(type).equals("linear")) {
      throw new CheckpointException(
          "rotary scaling \"%s\"; need \"linear\" or a table".formatted(file.text(type)),
          file.file().toString());
    }
    return new RopeScaling.Linear(file.real("llama.rope.scaling.factor"));
  }

  private static int size(GgufFile file, String name) throws CheckpointException {
    long size = file.number(name);
    if (size < 1 || size > Integer.MAX_VALUE) {
      throw new CheckpointException(
          "\"%s\" is %d; need a size".formatted(name, size), file.file().toString());
    }
    return (int) size;
  }

  private static LlamaConfig config(Checkpoint llama2c) {
    int dim = size(llama2c, "dim");
    int nHeads = size(llama2c, "n_heads");
    return new LlamaConfig(
        dim,
        size(llama2c, "n_layers"),
        nHeads,
        size(llama2c, "n_kv_heads"),
        dim / nHeads,
        size(llama2c, "hidden_dim"),
        size(llama2c, "vocab_size"),
        size(llama2c, "max_seq_len"),
        LLAMA2C_EPS,
        USUAL_THETA,
        Boolean.parseBoolean(llama2c.metadata().get("shared_classifier")),
        new LlamaVariant(false, false, true, RopeScaling.NONE));
  }

  private static int size(Checkpoint llama2c, String name) {
    return Integer.parseInt(llama2c.metadata().getOrDefault(name, "0")); // the reader checked them
  }

  /// The network.
  ///
  /// @return valid until this is closed; its parameters are not trainable
  public LlamaModel model() {
    return model;
  }

  /// The file or index that holds the weights.
  ///
  /// @return the open checkpoint, closed with this
  public Checkpoint file() {
    return file;
  }

  @Override
  public void close() {
    memory.close();
    file.close();
  }
}
