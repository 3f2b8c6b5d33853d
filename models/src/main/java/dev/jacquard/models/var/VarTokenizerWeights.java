package dev.jacquard.models.var;

import dev.jacquard.models.ConfigFile;
import dev.jacquard.models.vq.QuantizerConfig;
import dev.jacquard.models.vq.VqConfig;
import dev.jacquard.models.vq.VqModel;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.StateDict;
import dev.jacquard.tensor.op.ConcatOp;
import dev.jacquard.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// VAR's tokenizer as a [VqModel], and the names of its tensors in published files.
///
/// | published | here |
/// |---|---|
/// | `encoder.down.{l}.block.{j}`, `.attn.{j}` | `encoder.conv_blocks.{l}.res.{j}`, `.attn.{j}` |
/// | `decoder.up.{l}`, 0 the finest | `decoder.conv_blocks.{n - 1 - l}` |
/// | `mid.block_1`, `mid.attn_1`, `mid.block_2` | `mid.0`, `mid.1`, `mid.2` |
/// | `attn.{j}.qkv` `[3C, C, 1, 1]` | `attn.{j}.q`, `.k`, `.v` |
///
/// `quantize.ema_vocab_hit_SV` counts only and is left out.
public final class VarTokenizerWeights {
  private static final String USED = "quantize.codebook_used";
  private static final String COUNTS = "quantize.ema_vocab_hit_SV";
  private static final Pattern LEVEL =
      Pattern.compile("(encoder\\.down|decoder\\.up)\\.(\\d+)\\.(.*)");
  private static final Pattern JOINED = Pattern.compile("(.*)\\.qkv\\.(weight|bias)");
  private static final List<String> HEADS = List.of("q", "k", "v");

  private VarTokenizerWeights() {}

  /// Reads the sizes under the names of VAR's code; those of the published tokenizer where the file
  /// has none.
  ///
  /// @param file of the tokenizer
  /// @param sides rows and columns of each scale
  /// @return the sizes
  /// @throws CheckpointException if one is out of range
  public static VqConfig config(ConfigFile file, List<Integer> sides) throws CheckpointException {
    try {
      List<Integer> multipliers =
          file.has("ch_mult")
              ? Arrays.stream(file.intValues("ch_mult")).boxed().toList()
              : List.of(1, 1, 2, 2, 4);
      int latentDim = file.intValue("z_channels");
      return new VqConfig(
          3,
          file.has("ch") ? file.intValue("ch") : 160,
          multipliers,
          multipliers,
          file.has("num_res_blocks") ? file.intValue("num_res_blocks") : 2,
          latentDim,
          QuantizerConfig.multiScale(file.intValue("vocab_size"), latentDim, sides),
          file.has("norm_groups") ? file.intValue("norm_groups") : 32,
          file.has("norm_eps") ? (float) file.doubleValue("norm_eps") : 1e-6f);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(String.valueOf(e.getMessage()), file.source());
    }
  }

  /// The sizes that the tensors' shapes tell.
  ///
  /// @param published tensors of a file
  /// @param sides rows and columns of each scale
  /// @return the sizes
  /// @throws CheckpointException if a tensor that tells is missing
  public static VqConfig config(StateDict published, List<Integer> sides)
      throws CheckpointException {
    int channels = published.get("encoder.conv_in.weight").shape().intDim(0);
    List<Integer> multipliers = new ArrayList<>();
    String conv = "encoder.down.%d.block.%d.conv1.weight";
    while (published.has(conv.formatted(multipliers.size(), 0))) {
      String name = conv.formatted(multipliers.size(), 0);
      multipliers.add(published.get(name).shape().intDim(0) / channels);
    }
    int blocks = 0;
    while (published.has(conv.formatted(0, blocks))) {
      blocks++;
    }
    Shape codes = published.get("quantize.embedding.weight").shape(); // [V, d]
    return new VqConfig(
        3,
        channels,
        multipliers,
        multipliers,
        blocks,
        codes.intDim(1),
        QuantizerConfig.multiScale(codes.intDim(0), codes.intDim(1), sides),
        32,
        1e-6f);
  }

  /// Tensors under the names of [VqModel].
  ///
  /// @param published tensors of a file
  /// @param levels resolutions of the decoder
  /// @return the same memory, joined projections cut in three
  public static StateDict fitted(StateDict published, int levels) {
    StateDict state = new StateDict(published.source());
    published
        .tensors()
        .forEach(
            (name, tensor) -> {
              Matcher joined = JOINED.matcher(name);
              if (joined.matches()) {
                long rows = tensor.shape().dim(0) / HEADS.size();
                for (int i = 0; i < HEADS.size(); i++) {
                  String one = "%s.%s.%s".formatted(joined.group(1), HEADS.get(i), joined.group(2));
                  state.put(local(one, levels), tensor.narrow(0, i * rows, rows));
                }
              } else if (!name.equals(COUNTS)) {
                state.put(local(name, levels), tensor);
              }
            });
    if (!state.has(USED)) {
      Tensor any = published.tensors().values().iterator().next();
      state.put(USED, Tensor.zeros(any.backend(), Shape.of(VqModel.USAGE_WINDOW)));
    }
    return state;
  }

  private static String local(String published, int levels) {
    String name =
        published
            .replace("mid.block_1.", "mid.0.")
            .replace("mid.attn_1.", "mid.1.")
            .replace("mid.block_2.", "mid.2.");
    Matcher level = LEVEL.matcher(name);
    if (!level.matches()) {
      return name;
    }
    boolean isDecoder = level.group(1).startsWith("decoder");
    int number = Integer.parseInt(level.group(2));
    String rest = level.group(3);
    return "%s.conv_blocks.%d.%s"
        .formatted(
            isDecoder ? "decoder" : "encoder",
            isDecoder ? levels - 1 - number : number,
            rest.startsWith("block.") ? "res." + rest.substring("block.".length()) : rest);
  }

  /// The other way: tensors of a [VqModel], such as gradients, under published names.
  ///
  /// @param state under the names of [VqModel]
  /// @param levels resolutions of the decoder
  /// @return the same with `q`, `k` and `v` joined
  public static SequencedMap<String, Tensor> published(Map<String, Tensor> state, int levels) {
    SequencedMap<String, Tensor> published = new LinkedHashMap<>();
    Pattern query = Pattern.compile("(.*)\\.q\\.(weight|bias)");
    state.forEach(
        (name, tensor) -> {
          Matcher first = query.matcher(name);
          if (first.matches()) {
            List<Tensor> parts = new ArrayList<>();
            for (String head : HEADS) {
              Tensor part = state.get("%s.%s.%s".formatted(first.group(1), head, first.group(2)));
              if (part != null) {
                parts.add(part);
              }
            }
            String joined = "%s.qkv.%s".formatted(first.group(1), first.group(2));
            published.put(publishedName(joined, levels), ConcatOp.apply(0, parts));
          } else if (!name.matches(".*\\.[kv]\\.(weight|bias)") && !name.equals(USED)) {
            published.put(publishedName(name, levels), tensor);
          }
        });
    return published;
  }

  private static String publishedName(String local, int levels) {
    String name =
        local
            .replace("mid.0.", "mid.block_1.")
            .replace("mid.1.", "mid.attn_1.")
            .replace("mid.2.", "mid.block_2.");
    Matcher level =
        Pattern.compile("(encoder|decoder)\\.conv_blocks\\.(\\d+)\\.(.*)").matcher(name);
    if (!level.matches()) {
      return name;
    }
    boolean isDecoder = level.group(1).equals("decoder");
    int number = Integer.parseInt(level.group(2));
    String rest = level.group(3);
    return "%s.%d.%s"
        .formatted(
            isDecoder ? "decoder.up" : "encoder.down",
            isDecoder ? levels - 1 - number : number,
            rest.startsWith("res.") ? "block." + rest.substring("res.".length()) : rest);
  }
}
