package dev.jacquard.models.llamagen;

import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.StateDict;
import dev.jacquard.tensor.io.TensorEntry;
import java.util.List;

/// Finds the weights of a GPT in the files that LlamaGen's training leaves: the state dictionary
/// itself, or one under `model`, `module` or `state_dict` beside the optimiser, the arguments and
/// perhaps averaged weights.
public final class LlamaGenWeights {
  static final String NO_CAPTION = "uncond_embedding";

  private static final String CONDITION = "cls_embedding.";
  private static final String NO_CAPTION_KEY = CONDITION + NO_CAPTION;
  private static final List<String> WRAPPERS = List.of("model.", "module.", "state_dict.");
  private static final String TABLE = "tok_embeddings.weight";
  private static final String COMPUTED = "freqs_cis"; // the rotary table, in old files

  private LlamaGenWeights() {}

  /// Whether a parameter is of what classes or captions pass through before the blocks.
  static boolean isOfCondition(String name) {
    return name.startsWith(CONDITION) || name.startsWith(ConditionedGpt.ENCODER);
  }

  /// Whether a file holds such a GPT.
  ///
  /// @param file an open checkpoint
  /// @return true if there are codes and what conditions are embedded by
  public static boolean isIn(Checkpoint file) {
    String wrapper = wrapper(file);
    return file.entries().stream().anyMatch(e -> e.name().equals(wrapper + TABLE))
        && file.entries().stream().anyMatch(e -> e.name().startsWith(wrapper + CONDITION));
  }

  /// The tensors of the model, under the names of its parameters.
  ///
  /// @param file an open checkpoint
  /// @param backend who computes
  /// @return the tensors, valid until the file is closed
  /// @throws CheckpointException if a tensor cannot be read
  public static StateDict read(Checkpoint file, Backend backend) throws CheckpointException {
    String wrapper = wrapper(file);
    StateDict state = new StateDict(file.file().toString());
    for (TensorEntry entry : file.entries()) {
      if (entry.name().startsWith(wrapper)) {
        String name = entry.name().substring(wrapper.length());
        if (!name.equals(COMPUTED)) {
          state.put(name, file.tensor(backend, entry.name()));
        }
      }
    }
    return state;
  }

  /// What stands before the names; nothing for a bare dictionary, and for a file that is no GPT,
  /// whose names the model will then refuse one by one.
  private static String wrapper(Checkpoint file) {
    for (String wrapper : WRAPPERS) {
      if (file.entries().stream().anyMatch(e -> e.name().equals(wrapper + TABLE))) {
        return wrapper;
      }
    }
    return "";
  }

  /// The same tensors with as many rows of features for "no caption" as a model has tokens for
  /// captions; the authors' code always makes 120.
  ///
  /// @param state tensors of a model
  /// @param config sizes of the model to load them
  /// @return the tensors, those features cut
  public static StateDict fitted(StateDict state, LlamaGenConfig config) {
    StateDict cut = new StateDict(state.source());
    int rows = config.conditionTokens();
    state
        .tensors()
        .forEach(
            (name, tensor) -> {
              boolean isLong = name.equals(NO_CAPTION_KEY) && tensor.shape().dim(0) > rows;
              cut.put(name, isLong ? tensor.narrow(0, 0, rows) : tensor);
            });
    return cut;
  }
}
