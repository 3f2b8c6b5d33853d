package dev.jacquard.models.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jacquard.models.ConfigFile;
import dev.jacquard.models.LlamaConfigJson;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.attention.KvCache;
import dev.jacquard.nn.attention.RopeScaling;
import dev.jacquard.nn.block.LlamaConfig;
import dev.jacquard.nn.block.LlamaModel;
import dev.jacquard.nn.block.LlamaVariant;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.Checkpoints;
import dev.jacquard.tensor.io.SafetensorsWriter;
import dev.jacquard.tensor.io.StateDict;
import dev.jacquard.tensor.io.gguf.GgufWriter;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.shape.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishedLlamaTest {
  private static final Path STORIES = Path.of("../../shared/weights/stories260K.bin");
  private static final Path EXPECTED = Path.of("src/test/resources/golden/stories260k.npz");
  private static final LlamaConfig CONFIG =
      new LlamaConfig(24, 2, 4, 2, 6, 40, 11, 16, 1e-5f, 10000, false);
  private static final int[] IDS = {1, 5, 9, 2, 10};

  @TempDir Path folder;
  private final Backend backend = Backends.byName("reference", 1);

  @AfterEach
  void closeBackend() {
    backend.close();
  }

  private float[] logits(LlamaModel model) {
    return TensorScope.call(
        "logits",
        () -> model.logits(Tensor.ofInts(backend, Shape.of(1, IDS.length), IDS)).toFloats());
  }

  private float[] logits(Path path) throws IOException {
    try (PublishedLlama llama = PublishedLlama.open(path, backend)) {
      return logits(llama.model());
    }
  }

  private static StateDict state(LlamaModel model) {
    StateDict state = new StateDict("model");
    model.parameters().state().forEach(state::put);
    return state;
  }

  private Path writeFolder(LlamaConfig config, StateDict state) throws IOException {
    ConfigFile.write(folder.resolve("config.json"), LlamaConfigJson.toFields(config));
    new SafetensorsWriter().write(folder.resolve("model.safetensors"), state);
    return folder;
  }

  /// The numbers of karpathy/llama2.c at 350e04fe, `run.c`: 200 greedy tokens after token 1, and
  /// the logits at four positions.
  @Test
  void stories260kGivesTheNumbersOfThePublishedProgram() throws IOException {
    assumeTrue(Files.exists(STORIES), "skipped: no " + STORIES);
    try (Checkpoint expected = Checkpoints.open(EXPECTED);
        PublishedLlama llama = PublishedLlama.open(STORIES, backend)) {
      int[] ids = expected.tensor(backend, "ids").toInts();
      int[] positions = expected.tensor(backend, "positions").toInts();
      Tensor logits = expected.tensor(backend, "logits"); // [4, 512]
      KvCache cache = llama.model().newCache(1, ids.length);
      int token = 1;
      for (int at = 0; at < ids.length; at++) {
        int last = token;
        float[] actual =
            TensorScope.call(
                "step",
                () ->
                    llama
                        .model()
                        .nextLogits(Tensor.ofInts(backend, Shape.of(1, 1), last), cache)
                        .toFloats());
        int row = Arrays.binarySearch(positions, at);
        if (row >= 0) {
          float[] wanted = logits.narrow(0, row, 1).contiguous().toFloats();
          for (int i = 0; i < wanted.length; i++) {
            assertThat(actual[i]).as("logit %d at %d", i, at).isCloseTo(wanted[i], within(1e-3f));
          }
        }
        token = 0;
        for (int i = 1; i < actual.length; i++) {
          token = actual[i] > actual[token] ? i : token;
        }
        assertThat(token).as("token %d", at).isEqualTo(ids[at]);
      }
    }
  }

  @Test
  void readsFoldersOfHuggingFace() throws IOException {
    LlamaModel model = new LlamaModel(CONFIG, Parameters.random(backend, 3));
    assertThat(logits(writeFolder(CONFIG, state(model)))).containsExactly(logits(model));
  }

  @Test
  void readsBiasesAndScaledRotaryEmbeddings() throws IOException {
    LlamaVariant variant =
        new LlamaVariant(true, true, false, new RopeScaling.Llama3(8, 1, 4, 8192));
    LlamaConfig config = new LlamaConfig(24, 2, 4, 2, 6, 40, 11, 16, 1e-5f, 10000, true, variant);
    LlamaModel model = new LlamaModel(config, Parameters.random(backend, 3));
    StateDict state = state(model);
    Tensor bias = state.get("model.layers.1.self_attn.k_proj.bias");
    float[] plain = logits(model);
    bias.copyFrom(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    float[] biased = logits(model);
    assertThat(biased).isNotEqualTo(plain);
    assertThat(logits(writeFolder(config, state))).containsExactly(biased);
    assertThat(LlamaConfigJson.read(ConfigFile.read(folder.resolve("config.json")), 1))
        .isEqualTo(config);
  }

  /// The same model with neighbouring pairs: rows of queries and keys are exchanged within each
  /// head.
  @Test
  void ggufAndHuggingFaceAgreeUpToTheOrderOfRotaryPairs() throws IOException {
    LlamaModel model = new LlamaModel(CONFIG, Parameters.random(backend, 3));
    StateDict gguf = new StateDict("gguf");
    state(model)
        .tensors()
        .forEach((name, tensor) -> gguf.put(ggufName(name), inPairs(name, tensor)));
    Path file = folder.resolve("model.gguf");
    ggufFields().write(file, gguf);
    float[] expected = logits(model);
    float[] actual = logits(file);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(1e-6f));
    }
    gguf.put("blk.0.attn_qq.weight", Tensor.of(backend, Shape.of(1), 1));
    ggufFields().write(file, gguf);
    assertThatThrownBy(() -> logits(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("\"blk.0.attn_qq.weight\"");
  }

  private static GgufWriter ggufFields() {
    return new GgufWriter()
        .field("general.architecture", "llama")
        .field("llama.embedding_length", 24)
        .field("llama.block_count", 2)
        .field("llama.attention.head_count", 4)
        .field("llama.attention.head_count_kv", 2)
        .field("llama.feed_forward_length", 40)
        .field("llama.context_length", 16)
        .field("llama.rope.dimension_count", 6)
        .field("llama.attention.layer_norm_rms_epsilon", 1e-5f);
  }

  private static String ggufName(String name) {
    Map<String, String> parts = new HashMap<>();
    parts.put("model.embed_tokens", "token_embd");
    parts.put("model.norm", "output_norm");
    parts.put("lm_head", "output");
    String result = name;
    for (Map.Entry<String, String> part : parts.entrySet()) {
      result = result.replace(part.getKey(), part.getValue());
    }
    return result
        .replace("model.layers.", "blk.")
        .replace("input_layernorm", "attn_norm")
        .replace("post_attention_layernorm", "ffn_norm")
        .replace("self_attn.o_proj", "attn_output")
        .replace("self_attn.q_proj", "attn_q")
        .replace("self_attn.k_proj", "attn_k")
        .replace("self_attn.v_proj", "attn_v")
        .replace("mlp.gate_proj", "ffn_gate")
        .replace("mlp.up_proj", "ffn_up")
        .replace("mlp.down_proj", "ffn_down");
  }

  private static Tensor inPairs(String name, Tensor tensor) {
    if (!name.contains("q_proj") && !name.contains("k_proj")) {
      return tensor;
    }
    long heads = tensor.shape().dim(0) / CONFIG.headDim();
    long half = CONFIG.headDim() / 2;
    return tensor
        .detach()
        .reshape(heads, 2, half, CONFIG.dim())
        .transpose(1, 2)
        .reshape(heads * 2 * half, CONFIG.dim());
  }

  @Test
  void saysWhichTensorIsMissing() throws IOException {
    LlamaModel model = new LlamaModel(CONFIG, Parameters.random(backend, 3));
    StateDict others = new StateDict("others");
    state(model)
        .tensors()
        .forEach((name, tensor) -> others.put(name.replace("mlp.up_proj", "mlp.up_prj"), tensor));
    assertThatThrownBy(() -> logits(writeFolder(CONFIG, others)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("no tensor \"model.layers.0.mlp.up_proj.weight\"")
        .hasMessageContaining("nearest \"model.layers.0.mlp.up_prj.weight\"");
  }

  /// Llama 3.1's factors (8, 1, 4, 8192, theta 500000, 128 dimensions) for its fastest and slowest
  /// pair and one between, 44, which turns 1.4 times in the original context.
  @Test
  void scalesFrequenciesAsLlama3Does() {
    RopeScaling scaling = new RopeScaling.Llama3(8, 1, 4, 8192);
    assertThat(scaling.apply(0, 1)).isEqualTo(1);
    double slow = Math.pow(500000, -126.0 / 128);
    assertThat(scaling.apply(63, slow)).isEqualTo(slow / 8);
    double between = 2 * Math.PI * 2.5 / 8192; // half way between 1 and 4 turns
    assertThat(scaling.apply(30, between)).isCloseTo(between * (0.5 / 8 + 0.5), within(1e-15));
  }
}
