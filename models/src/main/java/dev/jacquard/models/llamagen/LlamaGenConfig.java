package dev.jacquard.models.llamagen;

import dev.jacquard.models.ConfigFile;
import dev.jacquard.tensor.io.CheckpointException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/// The sizes of a LlamaGen GPT.
///
/// @param kind what pictures are drawn from
/// @param dim width of the model, `C`
/// @param nLayers number of blocks
/// @param nHeads query heads, `H`
/// @param nKvHeads key and value heads, `G`, a divisor of `H`
/// @param ffnDim width of the feed-forward network, `F`
/// @param vocabSize number of codes, `V`
/// @param side rows and columns of the grid of codes
/// @param conditionTokens tokens before the grid, `K`
/// @param nClasses number of classes, if pictures are drawn from classes; the table has one row
///   more
/// @param captionDim width of the features of a caption, if they are drawn from captions
/// @param normEps added under the root of each normalisation
/// @param ropeTheta base of the rotary frequencies
public record LlamaGenConfig(
    Kind kind,
    int dim,
    int nLayers,
    int nHeads,
    int nKvHeads,
    int ffnDim,
    int vocabSize,
    int side,
    int conditionTokens,
    int nClasses,
    int captionDim,
    float normEps,
    double ropeTheta) {

  /// What pictures are drawn from.
  public enum Kind {
    /// Classes: `c2i`.
    CLASS("c2i"),
    /// Captions: `t2i`.
    CAPTION("t2i");

    private final String modelType;

    Kind(String modelType) {
      this.modelType = modelType;
    }

    /// The authors' word.
    ///
    /// @return `c2i` or `t2i`
    public String modelType() {
      return modelType;
    }
  }

  private static final String FFN_DIM = "ffn_dim";
  private static final int PUBLISHED_CODES = 16384;
  private static final int PUBLISHED_CLASSES = 1000;
  private static final int PUBLISHED_CAPTION_TOKENS = 120;
  private static final int T5_XL_WIDTH = 2048;
  private static final int PUBLISHED_MULTIPLE = 256;
  private static final int USUAL_HEAD = 64;

  /// Layers, heads and width by the authors' name.
  private static final Map<String, List<Integer>> SIZES = sizes();

  private static Map<String, List<Integer>> sizes() {
    Map<String, List<Integer>> sizes = new LinkedHashMap<>();
    sizes.put("B", List.of(12, 12, 768));
    sizes.put("L", List.of(24, 16, 1024));
    sizes.put("XL", List.of(36, 20, 1280));
    sizes.put("XXL", List.of(48, 24, 1536));
    sizes.put("XXXL", List.of(48, 40, 2560));
    sizes.put("1B", List.of(22, 32, 2048));
    sizes.put("3B", List.of(24, 32, 3200));
    sizes.put("7B", List.of(32, 32, 4096));
    return sizes;
  }

  /// Checks that the sizes fit together.
  ///
  /// @throws IllegalArgumentException if a size is not positive, heads do not group or cannot be
  ///   split between rows and columns
  public LlamaGenConfig {
    int smallest =
        Math.min(
            Math.min(Math.min(dim, nLayers), Math.min(nHeads, nKvHeads)),
            Math.min(Math.min(ffnDim, vocabSize), Math.min(side, conditionTokens)));
    int ofCondition = kind == Kind.CLASS ? nClasses : captionDim;
    if (smallest < 1 || ofCondition < 1 || nHeads % nKvHeads != 0 || dim % (4 * nHeads) != 0) {
      throw new IllegalArgumentException(
          ("llamagen: sizes do not fit; dim %d, layers %d, heads %d, kv heads %d, ffn %d, codes %d,"
                  + " grid %dx%d, condition tokens %d, classes %d, caption width %d; need positive"
                  + " sizes, heads a multiple of kv heads, dim a multiple of 4 · heads")
              .formatted(
                  dim,
                  nLayers,
                  nHeads,
                  nKvHeads,
                  ffnDim,
                  vocabSize,
                  side,
                  side,
                  conditionTokens,
                  nClasses,
                  captionDim));
    }
  }

  /// A published size: 16384 codes, and 1000 classes or 120 tokens of FLAN-T5-XL.
  ///
  /// @param name `B`, `L`, `XL`, `XXL` or `3B`; of the code alone `XXXL`, `1B`, `7B`
  /// @param kind what pictures are drawn from
  /// @param side rows and columns of the grid: 16 for 256 pixels, 24 for 384, 32 for 512
  /// @return its configuration
  /// @throws IllegalArgumentException if there is none of that name; names those there are
  public static LlamaGenConfig named(String name, Kind kind, int side) {
    List<Integer> size = SIZES.get(name.toUpperCase(Locale.ROOT));
    if (size == null) {
      throw new IllegalArgumentException(
          "llamagen: no size \"%s\"; have %s".formatted(name, String.join(", ", SIZES.keySet())));
    }
    int dim = size.get(2);
    return new LlamaGenConfig(
        kind,
        dim,
        size.get(0),
        size.get(1),
        size.get(1),
        ffnDim(dim, 1, PUBLISHED_MULTIPLE),
        PUBLISHED_CODES,
        side,
        kind == Kind.CLASS ? 1 : PUBLISHED_CAPTION_TOKENS,
        PUBLISHED_CLASSES,
        T5_XL_WIDTH,
        1e-5f,
        10000);
  }

  /// The number of heads of a model of some width: the published one, or one for each 64
  /// dimensions.
  ///
  /// @param dim width of the model
  /// @return `H`
  static int headsOf(int dim) {
    return SIZES.values().stream()
        .filter(size -> size.get(2) == dim)
        .map(size -> size.get(1))
        .findFirst()
        .orElse(Math.max(1, dim / USUAL_HEAD));
  }

  /// The same sizes with another grid.
  ///
  /// @param rows rows and columns
  /// @return a changed copy
  public LlamaGenConfig withSide(int rows) {
    return new LlamaGenConfig(
        kind,
        dim,
        nLayers,
        nHeads,
        nKvHeads,
        ffnDim,
        vocabSize,
        rows,
        conditionTokens,
        nClasses,
        captionDim,
        normEps,
        ropeTheta);
  }

  /// The width of the feed-forward network: `⌊m ⌊8C / 3⌋⌋`, rounded up.
  ///
  /// @param dim width of the model, `C`
  /// @param multiplier `m`
  /// @param multipleOf what the result is a multiple of
  /// @return `F`
  public static int ffnDim(int dim, double multiplier, int multipleOf) {
    int thirds = 8 * dim / 3; // rounded down before the multiplier
    int hidden = (int) (multiplier * thirds);
    return (hidden + multipleOf - 1) / multipleOf * multipleOf;
  }

  /// Head size.
  ///
  /// @return `D`
  public int headDim() {
    return dim / nHeads;
  }

  /// Number of codes of a picture.
  ///
  /// @return `N`
  public int imageTokens() {
    return side * side;
  }

  /// Positions of a whole sequence.
  ///
  /// @return `K + N`
  public int maxSeqLen() {
    return conditionTokens + imageTokens();
  }

  /// Number of parameters of the model, without the features that stand for no caption.
  ///
  /// @return for `B` with 16384 codes and 1000 classes 110,888,448
  public long parameterCount() {
    long c = dim;
    long condition = kind == Kind.CLASS ? (nClasses + 1) * c : captionDim * c + c * c;
    long attention = (nHeads + 2L * nKvHeads) * headDim() * c + c * c;
    long block = attention + 3L * ffnDim * c + 2 * c;
    return condition + nLayers * block + 2L * vocabSize * c + c;
  }

  /// Reads the sizes under the authors' names.
  ///
  /// @param file the configuration
  /// @return the sizes
  /// @throws CheckpointException if a field is missing or wrong, or they do not fit together
  public static LlamaGenConfig read(ConfigFile file) throws CheckpointException {
    int dim = file.intValue("dim");
    int nHeads = file.intValue("n_head");
    Kind kind = kind(file);
    double multiplier = file.has("ffn_dim_multiplier") ? file.doubleValue("ffn_dim_multiplier") : 1;
    int usualFfnDim = ffnDim(dim, multiplier, intOr(file, "multiple_of", PUBLISHED_MULTIPLE));
    try {
      return new LlamaGenConfig(
          kind,
          dim,
          file.intValue("n_layer"),
          nHeads,
          intOr(file, "n_kv_head", nHeads),
          intOr(file, FFN_DIM, usualFfnDim),
          file.intValue("vocab_size"),
          side(file),
          file.intValue("cls_token_num"),
          intOr(file, "num_classes", PUBLISHED_CLASSES),
          intOr(file, "caption_dim", T5_XL_WIDTH),
          file.has("norm_eps") ? (float) file.doubleValue("norm_eps") : 1e-5f,
          file.has("rope_base") ? file.doubleValue("rope_base") : 10000);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(String.valueOf(e.getMessage()), file.source());
    }
  }

  private static Kind kind(ConfigFile file) throws CheckpointException {
    String type = file.text("model_type");
    for (Kind kind : Kind.values()) {
      if (kind.modelType.equals(type)) {
        return kind;
      }
    }
    throw new CheckpointException(
        "\"model_type\" is \"%s\"; need \"c2i\" or \"t2i\"".formatted(type), file.source());
  }

  private static int side(ConfigFile file) throws CheckpointException {
    int tokens = file.intValue("block_size");
    int side = (int) Math.round(Math.sqrt(Math.max(0, tokens)));
    if (side * side != tokens) {
      throw new CheckpointException(
          "\"block_size\" is %d; need a square, the codes of a grid".formatted(tokens),
          file.source());
    }
    return side;
  }

  private static int intOr(ConfigFile file, String name, int fallback) throws CheckpointException {
    return file.has(name) ? file.intValue(name) : fallback;
  }

  /// The fields to write, which [#read] reads.
  ///
  /// @return value by name
  public SequencedMap<String, Object> toFields() {
    SequencedMap<String, Object> fields = new LinkedHashMap<>();
    fields.put("model_type", kind.modelType);
    fields.put("dim", dim);
    fields.put("n_layer", nLayers);
    fields.put("n_head", nHeads);
    fields.put("n_kv_head", nKvHeads);
    fields.put(FFN_DIM, ffnDim); // ours, so that the rule need not be inverted
    fields.put("vocab_size", vocabSize);
    fields.put("block_size", imageTokens());
    fields.put("cls_token_num", conditionTokens);
    fields.put(
        kind == Kind.CLASS ? "num_classes" : "caption_dim",
        kind == Kind.CLASS ? nClasses : captionDim);
    fields.put("norm_eps", normEps); // as a float: 1.0E-5, not its f64 image
    fields.put("rope_base", ropeTheta);
    return fields;
  }
}
