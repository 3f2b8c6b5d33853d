package dev.jacquard.models.vq;

import dev.jacquard.models.ConfigFile;
import dev.jacquard.models.quantizer.BinarySphericalQuantizer;
import dev.jacquard.models.quantizer.FiniteScalarQuantizer;
import dev.jacquard.models.quantizer.IndexBackpropagationQuantizer;
import dev.jacquard.models.quantizer.LookupFreeQuantizer;
import dev.jacquard.models.quantizer.MovingAverageQuantizer;
import dev.jacquard.models.quantizer.MultiScaleResidualQuantizer;
import dev.jacquard.models.quantizer.Quantizer;
import dev.jacquard.models.quantizer.VectorQuantizer;
import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.io.CheckpointException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/// Which quantizer a tokenizer has.
///
/// @param kind which one
/// @param codebookSize `K`; follows from the levels or bits where there is no table
/// @param dim `d`
/// @param isNormalized whether only directions count; of [Kind#VQ] and [Kind#ROTATED]
/// @param commitment weight of the commitment loss
/// @param entropyWeight weight of the entropy loss
/// @param levels of the channels of [Kind#FSQ], or sides of the scales of [Kind#MULTI_SCALE], the
///   last that of the latents
public record QuantizerConfig(
    Kind kind,
    int codebookSize,
    int dim,
    boolean isNormalized,
    float commitment,
    float entropyWeight,
    List<Integer> levels) {
  private static final int SHARED_PHIS = 4; // convolutions of all scales, in VAR's released code

  /// The quantizers to choose from.
  public enum Kind {
    /// [VectorQuantizer].
    VQ,
    /// [VectorQuantizer] with the rotation trick.
    ROTATED,
    /// [MovingAverageQuantizer].
    EMA,
    /// [IndexBackpropagationQuantizer].
    IBQ,
    /// [FiniteScalarQuantizer].
    FSQ,
    /// [LookupFreeQuantizer].
    LFQ,
    /// [BinarySphericalQuantizer].
    BSQ,
    /// [MultiScaleResidualQuantizer].
    MULTI_SCALE;

    /// Reads a setting.
    ///
    /// @param name in lower case
    /// @return the kind
    /// @throws IllegalArgumentException if there is none of that name; lists those there are
    public static Kind of(String name) {
      for (Kind kind : values()) {
        if (kind.setting().equals(name)) {
          return kind;
        }
      }
      throw new IllegalArgumentException(
          "quantizer: unknown kind; \"%s\"; have %s"
              .formatted(
                  name, String.join(", ", Arrays.stream(values()).map(Kind::setting).toList())));
    }

    String setting() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Copies the list.
  ///
  /// @throws IllegalArgumentException if the scales of a multi-scale quantizer do not grow
  public QuantizerConfig {
    levels = List.copyOf(levels);
    if (kind == Kind.MULTI_SCALE) {
      MultiScaleResidualQuantizer.requireGrowing(levels);
    }
  }

  /// LlamaGen's: normalised codes, commitment 0.25, no entropy loss.
  ///
  /// @param codebookSize `K`
  /// @param dim `d`
  /// @return the choice
  public static QuantizerConfig llamaGen(int codebookSize, int dim) {
    return new QuantizerConfig(Kind.VQ, codebookSize, dim, true, 0.25f, 0, List.of());
  }

  /// VAR's: maps of growing sides over one table of plain codes, commitment 0.25.
  ///
  /// @param codebookSize `K`
  /// @param dim `d`
  /// @param sides rows and columns of each scale
  /// @return the choice
  public static QuantizerConfig multiScale(int codebookSize, int dim, List<Integer> sides) {
    return new QuantizerConfig(Kind.MULTI_SCALE, codebookSize, dim, false, 0.25f, 0, sides);
  }

  /// Rows and columns of the convolutions around the quantizer: those of VAR mix neighbours.
  int kernel() {
    return kind == Kind.MULTI_SCALE ? 3 : 1;
  }

  /// Whether latents of a grid can be quantised: scales must end at a square grid's side.
  boolean fits(int rows, int columns) {
    return kind != Kind.MULTI_SCALE || (rows == columns && levels.getLast() == rows);
  }

  /// Builds the quantizer.
  ///
  /// @param p where its parameters come from, if it has any
  /// @return a new quantizer
  Quantizer create(Parameters p) {
    return switch (kind) {
      case VQ -> new VectorQuantizer(p, options(VectorQuantizer.Path.STRAIGHT));
      case ROTATED -> new VectorQuantizer(p, options(VectorQuantizer.Path.ROTATED));
      case EMA ->
          new MovingAverageQuantizer(
              p, new MovingAverageQuantizer.Options(codebookSize, dim, 0.99, 1e-5, commitment, 1));
      case IBQ ->
          new IndexBackpropagationQuantizer(
              p,
              new IndexBackpropagationQuantizer.Options(
                  codebookSize, dim, commitment, entropyWeight, 0.01f));
      case FSQ -> new FiniteScalarQuantizer(levels.stream().mapToInt(Integer::intValue).toArray());
      case LFQ ->
          new LookupFreeQuantizer(
              new LookupFreeQuantizer.Options(1, dim, commitment, entropyWeight, 0.01f));
      case BSQ ->
          new BinarySphericalQuantizer(
              new BinarySphericalQuantizer.Options(
                  1, dim, true, commitment, entropyWeight, 1, 1, 100));
      case MULTI_SCALE ->
          new MultiScaleResidualQuantizer(
              p,
              new MultiScaleResidualQuantizer.Options(
                  codebookSize, dim, levels, SHARED_PHIS, commitment));
    };
  }

  private VectorQuantizer.Options options(VectorQuantizer.Path path) {
    return new VectorQuantizer.Options(
        codebookSize, dim, isNormalized, commitment, entropyWeight, 0.01f, path);
  }

  static QuantizerConfig read(ConfigFile file) throws CheckpointException {
    return new QuantizerConfig(
        file.has("quantizer") ? Kind.of(file.text("quantizer")) : Kind.VQ,
        file.intValue("codebook_size"),
        file.intValue("codebook_embed_dim"),
        file.flag("codebook_l2_norm", true),
        file.has("commit_loss_beta") ? (float) file.doubleValue("commit_loss_beta") : 0.25f,
        file.has("entropy_loss_ratio") ? (float) file.doubleValue("entropy_loss_ratio") : 0,
        file.has("levels") ? Arrays.stream(file.intValues("levels")).boxed().toList() : List.of());
  }

  SequencedMap<String, Object> fields() {
    SequencedMap<String, Object> fields = new LinkedHashMap<>();
    fields.put("quantizer", kind.setting());
    fields.put("codebook_size", codebookSize);
    fields.put("codebook_embed_dim", dim);
    fields.put("codebook_l2_norm", isNormalized);
    fields.put("commit_loss_beta", commitment);
    fields.put("entropy_loss_ratio", entropyWeight);
    if (!levels.isEmpty()) {
      fields.put("levels", levels);
    }
    return fields;
  }
}
