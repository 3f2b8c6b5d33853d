package dev.jacquard.models.var;

import dev.jacquard.models.ConfigFile;
import dev.jacquard.models.quantizer.MultiScaleResidualQuantizer;
import dev.jacquard.tensor.io.CheckpointException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/// Sizes of a next-scale transformer.
///
/// @param dim width, `C`
/// @param nLayers number of blocks
/// @param nHeads heads of attention, a divisor of `C`
/// @param ffnDim width of the feed-forward layers
/// @param nClasses classes; the embedding has one row more, for none
/// @param vocabSize codes to choose from, `V`
/// @param latentDim width of a code, `d`
/// @param sides rows and columns of each scale
/// @param isCosine whether queries and keys have length 1 and a learned temperature
/// @param isModulationShared whether all blocks share one layer that modulates them
/// @param normEps of the layer norms
public record VarConfig(
    int dim,
    int nLayers,
    int nHeads,
    int ffnDim,
    int nClasses,
    int vocabSize,
    int latentDim,
    List<Integer> sides,
    boolean isCosine,
    boolean isModulationShared,
    float normEps) {
  /// Sides of the scales of pictures of 256 x 256.
  public static final List<Integer> SIDES_256 = List.of(1, 2, 3, 4, 5, 6, 8, 10, 13, 16);

  /// Sides of the scales of pictures of 512 x 512.
  public static final List<Integer> SIDES_512 = List.of(1, 2, 3, 4, 6, 9, 13, 18, 24, 32);

  private static final int HEAD_DIM = 64;

  /// Checks the numbers.
  ///
  /// @throws IllegalArgumentException if one is out of range
  public VarConfig {
    sides = List.copyOf(sides);
    boolean positive =
        dim > 0 && nLayers > 0 && nHeads > 0 && ffnDim > 0 && nClasses > 0 && vocabSize > 0;
    if (!positive || latentDim < 1 || dim % nHeads != 0) {
      throw new IllegalArgumentException(
          "var: sizes out of range; width %d, blocks %d, heads %d, feed-forward %d, classes %d, codes %d of %d numbers; need positive ones, the width a multiple of the heads"
              .formatted(dim, nLayers, nHeads, ffnDim, nClasses, vocabSize, latentDim));
    }
    MultiScaleResidualQuantizer.requireGrowing(sides);
  }

  /// A published size over ImageNet's 1000 classes and the published tokenizer.
  ///
  /// @param name `d16`, `d20`, `d24`, `d30` or `d36-s`
  /// @return the sizes
  /// @throws IllegalArgumentException if there is none of that name; lists those there are
  public static VarConfig named(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "d16", "d20", "d24", "d30" ->
          ofDepth(Integer.parseInt(name.substring(1)), SIDES_256, false);
      case "d36-s" -> ofDepth(36, SIDES_512, true);
      default ->
          throw new IllegalArgumentException(
              "var: no size of that name; \"%s\"; have d16, d20, d24, d30, d36-s".formatted(name));
    };
  }

  private static VarConfig ofDepth(int depth, List<Integer> sides, boolean isModulationShared) {
    int dim = HEAD_DIM * depth;
    return new VarConfig(
        dim, depth, depth, 4 * dim, 1000, 4096, 32, sides, true, isModulationShared, 1e-6f);
  }

  /// The number of trained numbers, without building the model.
  ///
  /// @return as [dev.jacquard.nn.Parameters#count()] of a model of these sizes
  public long parameterCount() {
    long c = dim;
    long attention = 4 * c * c + 3 * c + (isCosine ? nHeads : 0);
    long feedForward = 2 * c * ffnDim + ffnDim + c;
    long modulation = 6 * c * c + 6 * c;
    long blocks = nLayers * (attention + feedForward + (isModulationShared ? 6 * c : modulation));
    long first = (long) sides.getFirst() * sides.getFirst();
    long embedding = c * (latentDim + 1 + nClasses + 1 + first + plan().total() + sides.size());
    long head = 2 * c * c + 2 * c + vocabSize * (c + 1);
    return embedding + blocks + (isModulationShared ? modulation : 0) + head;
  }

  /// The scales.
  ///
  /// @return square maps
  public ScalePlan plan() {
    return ScalePlan.squares(sides);
  }

  /// Size of a head.
  ///
  /// @return `C / H`
  public int headDim() {
    return dim / nHeads;
  }

  /// The row of the class embedding that stands for no class.
  ///
  /// @return the last
  public int noClass() {
    return nClasses;
  }

  /// Reads the sizes under the names of VAR's code.
  ///
  /// @param file of the transformer
  /// @param vocabSize codes of its tokenizer
  /// @param latentDim width of a code
  /// @return the sizes
  /// @throws CheckpointException if one is missing or out of range
  public static VarConfig read(ConfigFile file, int vocabSize, int latentDim)
      throws CheckpointException {
    double ratio = file.has("mlp_ratio") ? file.doubleValue("mlp_ratio") : 4;
    int dim = file.intValue("embed_dim");
    try {
      return new VarConfig(
          dim,
          file.intValue("depth"),
          file.intValue("num_heads"),
          (int) Math.round(dim * ratio),
          file.intValue("num_classes"),
          vocabSize,
          latentDim,
          Arrays.stream(file.intValues("patch_nums")).boxed().toList(),
          file.flag("attn_l2_norm", true),
          file.flag("shared_aln", false),
          file.has("norm_eps") ? (float) file.doubleValue("norm_eps") : 1e-6f);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(String.valueOf(e.getMessage()), file.source());
    }
  }

  /// The fields of a `config.json`.
  ///
  /// @return what [#read] reads
  public SequencedMap<String, Object> fields() {
    SequencedMap<String, Object> fields = new LinkedHashMap<>();
    fields.put("num_classes", nClasses);
    fields.put("depth", nLayers);
    fields.put("embed_dim", dim);
    fields.put("num_heads", nHeads);
    fields.put("attn_l2_norm", isCosine);
    fields.put("shared_aln", isModulationShared);
    fields.put("patch_nums", sides);
    fields.put("mlp_ratio", (double) ffnDim / dim);
    fields.put("norm_eps", normEps);
    return fields;
  }
}
