package dev.jacquard.models.var;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.StateDict;
import dev.jacquard.tensor.io.TensorEntry;
import dev.jacquard.tensor.shape.Shape;
import java.util.List;
import java.util.regex.Pattern;

/// The tensors of a next-scale transformer in the files that VAR's code and its heirs leave.
public final class VarWeights {
  /// Buffers that follow from the sizes: masks, levels, lengths, and a bias that is always 0.
  private static final Pattern COMPUTED =
      Pattern.compile("lvl_1L|attn_bias_for_masking|.*\\.zero_k_bias|.*\\.attn\\.patch_nums");

  private static final List<String> WRAPPERS =
      List.of("trainer.var_wo_ddp.", "var_wo_ddp.", "model.", "state_dict.", "module.", "");
  private static final String KNOWN = "class_emb.weight";

  private VarWeights() {}

  /// Whether a file holds VAR's transformer, by a name that its heirs do not have.
  static boolean isIn(Checkpoint file) {
    return file.entries().stream().anyMatch(e -> e.name().endsWith("pos_1LC"));
  }

  /// Reads a file: the bare dictionary, or one that training wrapped.
  ///
  /// @param file an open checkpoint
  /// @param backend who computes
  /// @return tensors under the names of the model, valid until the file is closed
  /// @throws CheckpointException if it holds no such model
  public static StateDict read(Checkpoint file, Backend backend) throws CheckpointException {
    List<String> names = file.entries().stream().map(TensorEntry::name).toList();
    String wrapper =
        WRAPPERS.stream()
            .filter(w -> names.contains(w + KNOWN))
            .findFirst()
            .orElseThrow(
                () ->
                    new CheckpointException(
                        "no next-scale transformer; no tensor \"%s\"; file has %d tensors"
                            .formatted(KNOWN, names.size()),
                        file.file().toString()));
    StateDict state = new StateDict(file.file().toString());
    for (String name : names) {
      String local = name.startsWith(wrapper) ? name.substring(wrapper.length()) : "";
      if (!local.isEmpty() && !COMPUTED.matcher(local).matches()) {
        state.put(local, file.tensor(backend, name));
      }
    }
    return state;
  }

  /// Leaves out what follows from the sizes.
  ///
  /// @param state tensors of a file
  /// @return those that a model has
  public static StateDict withoutComputed(StateDict state) {
    StateDict kept = new StateDict(state.source());
    state
        .tensors()
        .forEach(
            (name, tensor) -> {
              if (!COMPUTED.matcher(name).matches()) {
                kept.put(name, tensor);
              }
            });
    return kept;
  }

  /// The sizes that the tensors show. Which scales there are, they do not.
  ///
  /// @param state what [#read] returned
  /// @param sides rows and columns of each scale
  /// @return the sizes
  /// @throws CheckpointException if a tensor that tells is missing, or the scales do not fit
  public static VarConfig config(StateDict state, List<Integer> sides) throws CheckpointException {
    Shape words = state.get("word_embed.weight").shape(); // [C, d]
    int layers = 0;
    while (state.has("blocks." + layers + ".attn.q_bias")) {
      layers++;
    }
    int dim = words.intDim(0);
    boolean isCosine = state.has("blocks.0.attn.scale_mul_1H11");
    int heads =
        isCosine
            ? state.get("blocks.0.attn.scale_mul_1H11").shape().intDim(1)
            : Math.max(1, dim / 64);
    int places = state.get("pos_1LC").shape().intDim(1);
    int need = ScalePlan.squares(sides).total();
    if (places != need) {
      throw new CheckpointException(
          "file is for other scales; it has %d places; %s need %d".formatted(places, sides, need),
          state.source());
    }
    return new VarConfig(
        dim,
        layers,
        heads,
        state.get("blocks.0.ffn.fc1.weight").shape().intDim(0),
        state.get(KNOWN).shape().intDim(0) - 1,
        state.get("head.weight").shape().intDim(0),
        words.intDim(1),
        sides,
        isCosine,
        state.has("shared_ada_lin.1.weight"),
        1e-6f);
  }

  /// The scales of a published file, by its number of places.
  ///
  /// @param state what [#read] returned
  /// @return those of 256 or of 512 pixels
  /// @throws CheckpointException if it is of neither
  public static List<Integer> publishedSides(StateDict state) throws CheckpointException {
    Tensor places = state.get("pos_1LC");
    for (List<Integer> sides : List.of(VarConfig.SIDES_256, VarConfig.SIDES_512)) {
      if (ScalePlan.squares(sides).total() == places.shape().dim(1)) {
        return sides;
      }
    }
    throw new CheckpointException(
        "file has %d places, which is no published number; need the scales"
            .formatted(places.shape().dim(1)),
        state.source());
  }
}
