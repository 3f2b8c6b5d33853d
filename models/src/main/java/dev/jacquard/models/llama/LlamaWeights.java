package dev.jacquard.models.llama;

import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.StateDict;
import dev.jacquard.tensor.io.TensorEntry;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Gives tensors of other files the names of Hugging Face's `LlamaForCausalLM`, which are those of
/// our parameters. Names that no list knows stay as they are, so that the model says what it does
/// not expect.
final class LlamaWeights {
  /// Hugging Face's own; old files repeat the rotary frequencies.
  static final LlamaWeights HUGGING_FACE =
      new LlamaWeights(
          "model\\.layers\\.(\\d+)\\.(.+)\\.(weight|bias)",
          Map.of(),
          Map.of(),
          ".*\\.rotary_emb\\.inv_freq");

  /// GGUF's, for the architecture `llama`.
  static final LlamaWeights GGUF =
      new LlamaWeights(
          "blk\\.(\\d+)\\.(.+)\\.(weight|bias)",
          Map.of(
              "token_embd.weight",
              "model.embed_tokens.weight",
              "output_norm.weight",
              "model.norm.weight",
              "output.weight",
              "lm_head.weight"),
          Map.of(
              "attn_norm", "input_layernorm",
              "attn_q", "self_attn.q_proj",
              "attn_k", "self_attn.k_proj",
              "attn_v", "self_attn.v_proj",
              "attn_output", "self_attn.o_proj",
              "ffn_norm", "post_attention_layernorm",
              "ffn_gate", "mlp.gate_proj",
              "ffn_up", "mlp.up_proj",
              "ffn_down", "mlp.down_proj"),
          "rope_freqs\\.weight");

  /// Those of Meta and of llama2.c; the tables of the rotary embedding are computed anew.
  static final LlamaWeights META =
      new LlamaWeights(
          "layers\\.(\\d+)\\.(.+)\\.(weight|bias)",
          Map.of(
              "tok_embeddings.weight",
              "model.embed_tokens.weight",
              "norm.weight",
              "model.norm.weight",
              "output.weight",
              "lm_head.weight"),
          Map.of(
              "attention_norm", "input_layernorm",
              "attention.wq", "self_attn.q_proj",
              "attention.wk", "self_attn.k_proj",
              "attention.wv", "self_attn.v_proj",
              "attention.wo", "self_attn.o_proj",
              "ffn_norm", "post_attention_layernorm",
              "feed_forward.w1", "mlp.gate_proj",
              "feed_forward.w3", "mlp.up_proj",
              "feed_forward.w2", "mlp.down_proj"),
          "freqs_cos|freqs_sin|rope\\.freqs");

  private static final String HEAD = "lm_head.weight";

  private final Pattern layer;
  private final Map<String, String> whole;
  private final Map<String, String> within;
  private final Pattern computed;

  private LlamaWeights(
      String layer, Map<String, String> whole, Map<String, String> within, String computed) {
    this.layer = Pattern.compile(layer);
    this.whole = whole;
    this.within = within;
    this.computed = Pattern.compile(computed);
  }

  /// All tensors that a model loads, under the names of its parameters.
  ///
  /// @param file the checkpoint
  /// @param isTied whether the table of tokens is the output layer, so that a copy of it is left
  ///   out
  /// @throws CheckpointException if a tensor cannot be read, or two get one name
  StateDict read(Checkpoint file, boolean isTied, Backend backend) throws CheckpointException {
    StateDict state = new StateDict(file.file().toString());
    for (TensorEntry entry : file.entries()) {
      String name = parameter(entry.name());
      if (name == null || (isTied && name.equals(HEAD))) {
        continue; // computed or repeated
      }
      if (state.has(name)) {
        throw new CheckpointException(
            "two tensors for \"%s\", one of them \"%s\"".formatted(name, entry.name()),
            file.file().toString());
      }
      state.put(name, file.tensor(backend, entry.name()));
    }
    return state;
  }

  /// The parameter that a tensor belongs to; null if it is computed anew.
  @Nullable String parameter(String name) {
    if (computed.matcher(name).matches()) {
      return null;
    }
    Matcher parts = layer.matcher(name);
    String module = parts.matches() ? within.get(parts.group(2)) : null;
    return module == null
        ? whole.getOrDefault(name, name)
        : String.join(".", "model.layers", parts.group(1), module, parts.group(3));
  }

  /// The name of a parameter's tensor in such a file: what [#parameter] turns back.
  String stored(String parameter) {
    for (Map.Entry<String, String> entry : whole.entrySet()) {
      if (entry.getValue().equals(parameter)) {
        return entry.getKey();
      }
    }
    Matcher parts = HUGGING_FACE.layer.matcher(parameter);
    for (Map.Entry<String, String> entry : within.entrySet()) {
      if (parts.matches() && entry.getValue().equals(parts.group(2))) {
        String start = layer.pattern().substring(0, layer.pattern().indexOf('('));
        return start.replace("\\", "")
            + parts.group(1)
            + "."
            + entry.getKey()
            + "."
            + parts.group(3);
      }
    }
    return parameter;
  }

  /// Whether a file has an output layer of its own.
  boolean hasHead(Checkpoint file) {
    return file.entries().stream().anyMatch(entry -> HEAD.equals(parameter(entry.name())));
  }
}
