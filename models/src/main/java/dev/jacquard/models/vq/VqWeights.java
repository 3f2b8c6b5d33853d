package dev.jacquard.models.vq;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.StateDict;
import dev.jacquard.tensor.io.TensorEntry;
import dev.jacquard.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The tensors of a tokenizer in a checkpoint: the published form, a dictionary with `ema` or
/// `model` beside discriminator and optimisers, or the tensors alone.
///
/// The published code prefers `ema` for reconstructing.
public final class VqWeights {
  private static final String KNOWN = "encoder.conv_in.weight";
  private static final String FIRST_LEVEL = "encoder.conv_blocks.0.res.0.conv1.weight";
  private static final List<String> PREFIXES = List.of("ema.", "model.", "state_dict.", "");
  private static final List<String> PARTS =
      List.of("encoder.", "decoder.", "quantize.", "quant_conv.", "post_quant_conv.");
  private static final String USED = "quantize.codebook_used";

  private VqWeights() {}

  /// Whether a file holds a tokenizer of this form, by a name that others do not have.
  static boolean isIn(Checkpoint file) {
    return file.entries().stream().anyMatch(e -> e.name().endsWith(FIRST_LEVEL));
  }

  /// Finds the tokenizer's tensors. A missing `quantize.codebook_used` becomes zeros, since it only
  /// counts.
  ///
  /// @param file an open checkpoint
  /// @param backend who computes
  /// @return tensors under the names of [VqModel], valid until the file is closed
  /// @throws CheckpointException if it holds no tokenizer of this form
  public static StateDict of(Checkpoint file, Backend backend) throws CheckpointException {
    Set<String> names = new LinkedHashSet<>();
    file.entries().stream().map(TensorEntry::name).forEach(names::add);
    String prefix =
        PREFIXES.stream()
            .filter(p -> names.contains(p + KNOWN))
            .findFirst()
            .orElseThrow(
                () ->
                    new CheckpointException(
                        "no tokenizer of the VQGAN form; no tensor \"%s\", also not under %s; file has %d tensors"
                            .formatted(KNOWN, String.join(", ", PREFIXES), names.size()),
                        file.file().toString()));
    StateDict state = new StateDict(file.file().toString());
    for (String name : names) {
      String local = name.startsWith(prefix) ? name.substring(prefix.length()) : "";
      if (PARTS.stream().anyMatch(local::startsWith)) {
        state.put(local, file.tensor(backend, name));
      }
    }
    if (!state.has(USED)) {
      state.put(USED, Tensor.zeros(backend, Shape.of(VqModel.USAGE_WINDOW)));
    }
    return state;
  }

  /// The sizes that the tensors' shapes tell; codes are taken to be normalised, as in all published
  /// files.
  ///
  /// @param state what [#of] found
  /// @return the sizes
  /// @throws CheckpointException if a tensor that tells is missing
  public static VqConfig config(StateDict state) throws CheckpointException {
    Shape first = shape(state, KNOWN); // [ch, C, 3, 3]
    Shape codes = shape(state, "quantize.embedding.weight"); // [K, d]
    int channels = first.intDim(0);
    int blocks = 0;
    while (state.has("encoder.conv_blocks.0.res." + blocks + ".conv1.weight")) {
      blocks++;
    }
    return new VqConfig(
        first.intDim(1),
        channels,
        multipliers(state, "encoder", channels),
        multipliers(state, "decoder", channels).reversed(),
        blocks,
        shape(state, "encoder.conv_out.weight").intDim(0),
        QuantizerConfig.llamaGen(codes.intDim(0), codes.intDim(1)),
        32,
        1e-6f);
  }

  private static List<Integer> multipliers(StateDict state, String side, int channels)
      throws CheckpointException {
    List<Integer> multipliers = new ArrayList<>();
    for (int level = 0; ; level++) {
      String name = side + ".conv_blocks." + level + ".res.0.conv1.weight";
      if (!state.has(name)) {
        return multipliers;
      }
      multipliers.add(shape(state, name).intDim(0) / channels);
    }
  }

  /// Without counting the tensor as used.
  private static Shape shape(StateDict state, String name) throws CheckpointException {
    Tensor tensor = state.tensors().get(name);
    return tensor == null ? state.get(name).shape() : tensor.shape(); // the latter throws
  }
}
