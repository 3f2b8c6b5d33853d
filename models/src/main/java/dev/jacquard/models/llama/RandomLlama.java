package dev.jacquard.models.llama;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.jacquard.models.ConfigFile;
import dev.jacquard.models.LlamaConfigJson;
import dev.jacquard.nn.block.LlamaConfig;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.AtomicFiles;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.SafetensorsWriter;
import dev.jacquard.tensor.io.StoredType;
import dev.jacquard.tensor.io.TensorEntry;
import dev.jacquard.tensor.io.gguf.GgufWriter;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A Llama of any size with random weights, written as it would be published: to measure speed and
/// memory, and to test readers, where the real weights cannot be had. Its tensors are made one at a
/// time while they are written.
///
/// Weights are normal with deviation 0.02, gains are 1. The numbers repeat after a million.
public final class RandomLlama {
  private static final float DEVIATION = 0.02f;
  private static final int PERIOD = 1 << 20; // floats

  private final LlamaConfig config;
  private final Backend backend;
  private final long seed;

  /// A model that exists only as files.
  ///
  /// @param config its sizes
  /// @param backend who converts
  /// @param seed number that fixes the weights
  public RandomLlama(LlamaConfig config, Backend backend, long seed) {
    this.config = config;
    this.backend = backend;
    this.seed = seed;
  }

  /// Writes a GGUF file that llama.cpp reads. Its tokens are bytes and placeholders.
  ///
  /// @param file the file
  /// @param type of the matrices
  /// @throws IOException if writing fails
  public void writeGguf(Path file, DType type) throws IOException {
    GgufWriter writer =
        new GgufWriter()
            .field("general.architecture", "llama")
            .field("general.name", "random")
            .field("llama.context_length", config.maxSeqLen())
            .field("llama.embedding_length", config.dim())
            .field("llama.block_count", config.nLayers())
            .field("llama.feed_forward_length", config.ffnDim())
            .field("llama.rope.dimension_count", config.headDim())
            .field("llama.rope.freq_base", (float) config.ropeTheta())
            .field("llama.attention.head_count", config.nHeads())
            .field("llama.attention.head_count_kv", config.nKvHeads())
            .field("llama.attention.layer_norm_rms_epsilon", config.normEps())
            .field("llama.vocab_size", config.vocabSize())
            .field("tokenizer.ggml.model", "llama")
            .field("tokenizer.ggml.tokens", tokens())
            .field("tokenizer.ggml.scores", numbers(0f))
            .field("tokenizer.ggml.token_type", tokenTypes())
            .matricesAs(type);
    try (Weights weights = new Weights(file, LlamaWeights.GGUF, 0, 1)) {
      writer.write(file, weights, backend);
    }
  }

  /// Writes a folder of Hugging Face's form: `config.json`, a model card, and safetensors, in
  /// shards with an index if there are several.
  ///
  /// @param folder made if it is not there
  /// @param type of all tensors: `F32`, `BF16` or `F16`
  /// @param shards number of files, at least 1
  /// @throws IOException if writing fails
  public void writeFolder(Path folder, DType type, int shards) throws IOException {
    Files.createDirectories(folder);
    Map<String, String> fileOf = new LinkedHashMap<>();
    long bytes = 0;
    for (int shard = 0; shard < shards; shard++) {
      String name =
          shards == 1
              ? "model.safetensors"
              : String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", shard + 1, shards);
      Path file = folder.resolve(name);
      try (Weights weights = new Weights(file, LlamaWeights.HUGGING_FACE, shard, shards)) {
        new SafetensorsWriter()
            .metadata("format", "pt")
            .floatsAs(type)
            .write(file, weights, backend);
        for (TensorEntry entry : weights.entries()) {
          fileOf.put(entry.name(), name);
          bytes += type.bytes(entry.shape().numel());
        }
      }
    }
    if (shards > 1) {
      ConfigFile.write(
          folder.resolve("model.safetensors.index.json"),
          Map.of("metadata", Map.of("total_size", bytes), "weight_map", fileOf));
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("architectures", List.of("LlamaForCausalLM"));
    fields.put("model_type", "llama");
    fields.putAll(LlamaConfigJson.toFields(config));
    ConfigFile.write(folder.resolve("config.json"), fields);
    AtomicFiles.write(
        folder.resolve("README.md"),
        "# A random Llama\n\nWeights are random numbers (seed %d): for measurements, not for use.\n"
            .formatted(seed));
  }

  private List<Object> tokens() {
    List<Object> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
    for (int v = 0; v < 256; v++) {
      tokens.add(String.format(Locale.ROOT, "<0x%02X>", v));
    }
    for (int id = tokens.size(); id < config.vocabSize(); id++) {
      tokens.add("token" + id);
    }
    return tokens.subList(0, config.vocabSize());
  }

  private List<Object> numbers(Object number) {
    List<Object> numbers = new ArrayList<>();
    for (int id = 0; id < config.vocabSize(); id++) {
      numbers.add(number);
    }
    return numbers;
  }

  /// ggml's kinds of tokens: 1 normal, 2 unknown, 3 control, 6 byte.
  private List<Object> tokenTypes() {
    List<Object> types = numbers(1);
    for (int id = 0; id < types.size(); id++) {
      types.set(id, id == 0 ? 2 : id < 3 ? 3 : id < 3 + 256 ? 6 : 1);
    }
    return types;
  }

  /// Names and shapes of all tensors, in the order of the layers.
  private Map<String, Shape> shapes(LlamaWeights names) {
    int dim = config.dim();
    Shape queries = Shape.of((long) config.nHeads() * config.headDim(), dim);
    Shape keys = Shape.of((long) config.nKvHeads() * config.headDim(), dim);
    Shape wide = Shape.of(config.ffnDim(), dim);
    Map<String, Shape> shapes = new LinkedHashMap<>();
    shapes.put("model.embed_tokens.weight", Shape.of(config.vocabSize(), dim));
    for (int i = 0; i < config.nLayers(); i++) {
      String layer = "model.layers." + i + ".";
      shapes.put(layer + "input_layernorm.weight", Shape.of(dim));
      shapes.put(layer + "self_attn.q_proj.weight", queries);
      shapes.put(layer + "self_attn.k_proj.weight", keys);
      shapes.put(layer + "self_attn.v_proj.weight", keys);
      shapes.put(layer + "self_attn.o_proj.weight", Shape.of(dim, queries.dim(0)));
      shapes.put(layer + "post_attention_layernorm.weight", Shape.of(dim));
      shapes.put(layer + "mlp.gate_proj.weight", wide);
      shapes.put(layer + "mlp.up_proj.weight", wide);
      shapes.put(layer + "mlp.down_proj.weight", Shape.of(dim, config.ffnDim()));
    }
    shapes.put("model.norm.weight", Shape.of(dim));
    if (!config.tiedEmbeddings()) {
      shapes.put("lm_head.weight", Shape.of(config.vocabSize(), dim));
    }
    Map<String, Shape> named = new LinkedHashMap<>();
    shapes.forEach((name, shape) -> named.put(names.stored(name), shape));
    return named;
  }

  /// Some of the tensors, as if they lay in a file.
  private final class Weights implements Checkpoint {
    private final Path file;
    private final Map<String, TensorEntry> entries = new LinkedHashMap<>();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment numbers = arena.allocate(4L * PERIOD, 64);
    private TensorScope latest = TensorScope.open("random weights");

    /// @param part number of this part, of `parts` of about as many tensors
    Weights(Path file, LlamaWeights names, int part, int parts) {
      this.file = file;
      Map<String, Shape> shapes = shapes(names);
      int i = 0;
      for (Map.Entry<String, Shape> e : shapes.entrySet()) {
        if (i++ * parts / shapes.size() == part) {
          long[] sizes = e.getValue().toArray();
          entries.put(e.getKey(), TensorEntry.of(e.getKey(), StoredType.F32, sizes, 0));
        }
      }
      RandomStream.of(seed).fillNormal(numbers, 0);
      for (long at = 0; at < PERIOD; at++) {
        float number = numbers.getAtIndex(JAVA_FLOAT, at);
        numbers.setAtIndex(JAVA_FLOAT, at, DEVIATION * number);
      }
    }

    @Override
    public Path file() {
      return file;
    }

    @Override
    public Map<String, String> metadata() {
      return Map.of();
    }

    @Override
    public List<TensorEntry> entries() {
      return List.copyOf(entries.values());
    }

    @Override
    public Tensor tensor(Backend owner, String name) throws CheckpointException {
      TensorEntry entry = entries.get(name);
      if (entry == null) {
        throw new CheckpointException("no tensor \"%s\"".formatted(name), file.toString());
      }
      if (entry.shape().rank() == 1) {
        return Tensor.full(owner, entry.shape(), 1);
      }
      Tensor tensor = Tensor.empty(owner, entry.shape());
      MemorySegment to = tensor.segment();
      long from = 4L * Math.floorMod(name.hashCode(), PERIOD); // each tensor starts elsewhere
      for (long at = 0; at < to.byteSize(); ) {
        long count = Math.min(numbers.byteSize() - from, to.byteSize() - at);
        MemorySegment.copy(numbers, from, to, at, count);
        at += count;
        from = 0;
      }
      return tensor;
    }

    @Override
    public MemorySegment raw(String name) throws CheckpointException {
      latest.close();
      latest = TensorScope.open("random weights");
      return latest.<Tensor, CheckpointException>within(() -> tensor(backend, name)).segment();
    }

    @Override
    public void close() {
      latest.close();
      arena.close();
    }
  }
}
