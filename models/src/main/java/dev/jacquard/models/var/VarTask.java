package dev.jacquard.models.var;

import dev.jacquard.models.ClassNames;
import dev.jacquard.models.CodedPicture;
import dev.jacquard.models.GenerationConfig;
import dev.jacquard.models.Settings;
import dev.jacquard.models.TokenizerReference;
import dev.jacquard.models.data.ImageSet;
import dev.jacquard.models.data.Splits;
import dev.jacquard.models.quantizer.MultiScaleResidualQuantizer;
import dev.jacquard.models.train.ModelWeights;
import dev.jacquard.models.train.TrainingTask;
import dev.jacquard.models.vq.VqTokenizer;
import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.random.RandomStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Trains VAR on the maps of a multi-scale tokenizer. Pictures are encoded once, at the start.
///
/// Tian et al. 2024 (arXiv:2404.02905), section 3.2: one pass over all maps under a block-causal
/// mask, cross-entropy of every token. Differs: no drop path. Settings and their defaults:
///
/// | name | meaning | default |
/// |---|---|---|
/// | `tokenizer` | folder of a multi-scale tokenizer, or a published file | must be given |
/// | `tokenizerPath` | how the model's folder finds it, relative to itself | as it is given, absolute |
/// | `size` | `d16`, `d20`, `d24`, `d30` or `d36-s`, in place of the next four | none |
/// | `dim`, `nLayers`, `nHeads`, `ffnDim` | the transformer | 128, 6, `dim / 32`, `4 dim` |
/// | `flip`, `shift`, `forms` | see [CodedPicture#toLearn] | false, 0, at most 10 |
/// | `dropLabel` | how often a picture is learned without its class | 0.1 |
/// | `batch` | pictures of a step | 16 |
/// | `validImages` | held-out pictures at each checkpoint | 512 |
/// | `guidance` | the scale that drawing starts from | 2 |
public final class VarTask implements TrainingTask {
  private final VarFolder folder;
  private final VarModel model;
  private final MapLikelihood likelihood;
  private final List<CodedPicture> train;
  private final List<CodedPicture> heldOut;
  private final RandomStream random;
  private final int batch;
  private final double dropLabel;
  private final double guidance;
  private final String fingerprint;

  private VarTask(
      VarFolder folder,
      VarModel model,
      MultiScaleResidualQuantizer quantizer,
      List<CodedPicture> train,
      List<CodedPicture> heldOut,
      Settings settings,
      long seed) {
    this.folder = folder;
    this.model = model;
    this.likelihood = new MapLikelihood(model, quantizer);
    this.train = train;
    this.heldOut = heldOut;
    this.random = RandomStream.of(seed).split("batches");
    this.batch = settings.intValue("batch", 16);
    this.dropLabel = settings.doubleValue("dropLabel", 0.1);
    this.guidance = settings.doubleValue("guidance", 2);
    this.fingerprint =
        "%s pictures=%d flip=%s shift=%s batch=%d drop=%s seed=%d"
            .formatted(
                folder,
                train.size(),
                settings.flag("flip", false),
                settings.intValue("shift", 0),
                batch,
                dropLabel,
                seed);
  }

  /// Encodes the pictures and builds the model.
  ///
  /// @param pictures all pictures; the `train` part is learned from, the `valid` part held out
  /// @param settings see the table above
  /// @param seed number that fixes initial weights and batches
  /// @param backend who computes
  /// @return the task
  /// @throws IOException if a picture or the tokenizer cannot be read
  public static VarTask create(ImageSet pictures, Settings settings, long seed, Backend backend)
      throws IOException {
    String given = settings.text("tokenizer", "");
    if (given.isEmpty()) {
      throw new IllegalArgumentException(
          "setting: no tokenizer; pass --set tokenizer=DIR, what train var-tokenizer left");
    }
    ClassNames classes = new ClassNames(pictures.labelNames(), pictures.labelNames().size());
    if (classes.count() == 0) {
      throw new IllegalArgumentException(
          "train: pictures have no classes; need folders as classes");
    }
    Splits splits = Splits.of(pictures);
    if (splits.train().size() == 0) {
      throw new IllegalArgumentException(
          "train: nothing to learn from; %d pictures, all of them held out; need more"
              .formatted(pictures.size()));
    }
    Path path = Path.of(given);
    String stored = settings.text("tokenizerPath", path.toAbsolutePath().normalize().toString());
    try (VqTokenizer tokenizer = VarTokenizerFamily.open(path, backend)) {
      MultiScaleResidualQuantizer quantizer =
          copy(VarTokenizerFamily.maps(tokenizer, given), backend);
      VarConfig config = config(settings, classes.count(), quantizer);
      return new VarTask(
          new VarFolder(config, classes, TokenizerReference.to(stored, tokenizer)),
          new VarModel(config, Parameters.random(backend, seed)),
          quantizer,
          CodedPicture.toLearn(splits.train(), settings, seed, tokenizer),
          CodedPicture.of(splits.valid(), settings.intValue("validImages", 512), tokenizer),
          settings,
          seed);
    }
  }

  /// The same codes and convolutions in memory of the task, which outlives the tokenizer.
  private static MultiScaleResidualQuantizer copy(
      MultiScaleResidualQuantizer original, Backend backend) {
    MultiScaleResidualQuantizer copy =
        new MultiScaleResidualQuantizer(Parameters.random(backend, 0), original.options());
    Map<String, Tensor> saved = original.parameters().state();
    copy.parameters()
        .named()
        .forEach((name, tensor) -> tensor.copyFrom(Objects.requireNonNull(saved.get(name))));
    return copy;
  }

  private static VarConfig config(
      Settings settings, int nClasses, MultiScaleResidualQuantizer quantizer) {
    String size = settings.text("size", "");
    int dim = settings.intValue("dim", 128);
    int nLayers = settings.intValue("nLayers", 6);
    int nHeads = settings.intValue("nHeads", Math.max(1, dim / 32));
    int ffnDim = settings.intValue("ffnDim", 4 * dim);
    boolean isModulationShared = false;
    if (!size.isEmpty()) {
      VarConfig named = VarConfig.named(size);
      dim = named.dim();
      nLayers = named.nLayers();
      nHeads = named.nHeads();
      ffnDim = named.ffnDim();
      isModulationShared = named.isModulationShared();
    }
    return new VarConfig(
        dim,
        nLayers,
        nHeads,
        ffnDim,
        nClasses,
        quantizer.codebookSize(),
        quantizer.dim(),
        quantizer.sides(),
        true,
        isModulationShared,
        1e-6f);
  }

  @Override
  public Parameters parameters() {
    return model.parameters();
  }

  @Override
  public Map<String, Tensor> hiddenMatrices() {
    return model.blockMatrices();
  }

  @Override
  public Tensor loss(long step) {
    RandomStream draws = random.split(step);
    List<CodedPicture> some = new ArrayList<>();
    for (int b = 0; b < batch; b++) {
      some.add(train.get(draws.below(b, train.size())));
    }
    return likelihood.loss(some, dropLabel, draws.split("condition"));
  }

  @Override
  public double validate() {
    return heldOut.isEmpty() ? Double.NaN : likelihood.bits(heldOut).get(MapLikelihood.MEAN);
  }

  @Override
  public String validationUnit() {
    return "bits per code";
  }

  @Override
  public void export(Path path) throws IOException {
    folder.write(path);
    new GenerationConfig(1, 0, 1, guidance).write(path);
    ModelWeights.write(path, parameters(), _ -> true);
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }
}
