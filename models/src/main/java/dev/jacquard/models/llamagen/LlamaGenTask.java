package dev.jacquard.models.llamagen;

import dev.jacquard.models.ClassNames;
import dev.jacquard.models.CodedPicture;
import dev.jacquard.models.GenerationConfig;
import dev.jacquard.models.Settings;
import dev.jacquard.models.TokenizerModel;
import dev.jacquard.models.TokenizerReference;
import dev.jacquard.models.data.ImageSet;
import dev.jacquard.models.data.Splits;
import dev.jacquard.models.llamagen.LlamaGenConfig.Kind;
import dev.jacquard.models.train.ModelWeights;
import dev.jacquard.models.train.TrainingTask;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.layer.Dropout;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.Checkpoints;
import dev.jacquard.tensor.io.StateDict;
import dev.jacquard.tensor.random.RandomStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Trains a LlamaGen on the codes of a tokenizer. Pictures are encoded at the start, each in
/// several forms if that is wanted.
///
/// Sun et al. 2024 (arXiv:2406.06525), section 3.1. Settings and their defaults:
///
/// | name | meaning | default |
/// |---|---|---|
/// | `tokenizer` | folder of the tokenizer, or a published file | must be given |
/// | `tokenizerPath` | how the model's folder finds it, relative to itself | as it is given, absolute |
/// | `condition` | `class`, or `caption`: the names of the pictures | `class` |
/// | `dim`, `nLayers`, `nHeads`, `ffnDim` | the GPT | 192, 6, `dim / 32`, `8/3 dim` |
/// | `captionTokens`, `captionDim`, `captionLayers` | the encoder of captions | 40, 96, 2 |
/// | `init` | a trained model of the same tokenizer and sizes to begin from, perhaps of other conditions | none |
/// | `dropCondition` | how often a picture is learned without its condition | 0.1 |
/// | `dropout` | how much of the input and of what each layer adds is dropped | 0.1 |
/// | `flip`, `shift`, `forms` | see [CodedPicture#toLearn] | false, 0, at most 10 |
/// | `batch` | pictures of a step | 32 |
/// | `validImages` | held-out pictures at each checkpoint | 512 |
/// | `guidance` | the scale that drawing starts from | 2 |
public final class LlamaGenTask implements TrainingTask {
  private final LlamaGenFolder folder;
  private final ConditionedGpt network;
  private final List<CodedPicture> train;
  private final List<CodedPicture> heldOut;
  private final RandomStream random;
  private final int batch;
  private final double dropCondition;
  private final double dropout;
  private final double guidance;
  private final String fingerprint;

  private LlamaGenTask(
      LlamaGenFolder folder,
      ConditionedGpt network,
      List<CodedPicture> train,
      List<CodedPicture> heldOut,
      Settings settings,
      long seed) {
    this.folder = folder;
    this.network = network;
    this.train = train;
    this.heldOut = heldOut;
    this.random = RandomStream.of(seed).split("batches");
    this.batch = settings.intValue("batch", 32);
    this.dropCondition = settings.doubleValue("dropCondition", 0.1);
    this.dropout = settings.doubleValue("dropout", 0.1);
    this.guidance = settings.doubleValue("guidance", 2);
    this.fingerprint =
        "%s pictures=%d flip=%s shift=%d batch=%d drop=%s dropout=%s init=%s seed=%d"
            .formatted(
                folder,
                train.size(),
                settings.flag("flip", false),
                settings.intValue("shift", 0),
                batch,
                dropCondition,
                dropout,
                settings.text("init", ""),
                seed);
  }

  /// Encodes the pictures and builds the model.
  ///
  /// @param system which network is trained
  /// @param pictures all pictures; the `train` part is learned from, the `valid` part held out
  /// @param settings see the table above
  /// @param seed number that fixes initial weights and batches
  /// @param tokenizers opens the tokenizer
  /// @param backend who computes
  /// @return the task
  /// @throws IOException if a picture or the tokenizer cannot be read
  public static LlamaGenTask create(
      LlamaGenSystem system,
      ImageSet pictures,
      Settings settings,
      long seed,
      TokenizerLoader tokenizers,
      Backend backend)
      throws IOException {
    String given = settings.text("tokenizer", "");
    if (given.isEmpty()) {
      throw new IllegalArgumentException(
          "setting: no tokenizer; pass --set tokenizer=DIR, the folder of a trained one");
    }
    Kind kind = kind(settings.text("condition", "class"));
    List<String> classes = kind == Kind.CLASS ? pictures.labelNames() : List.of();
    if (kind == Kind.CLASS && classes.isEmpty()) {
      throw new IllegalArgumentException(
          "train: pictures have no classes; need folders as classes, or --set condition=caption");
    }
    Path path = Path.of(given);
    String stored = settings.text("tokenizerPath", path.toAbsolutePath().normalize().toString());
    Splits splits = Splits.of(pictures);
    if (splits.train().size() == 0) {
      throw new IllegalArgumentException(
          "train: nothing to learn from; %d pictures, all of them held out; need more"
              .formatted(pictures.size()));
    }
    try (TokenizerModel tokenizer = tokenizers.load(path, backend)) {
      int rows = tokenizer.gridRows();
      if (rows != tokenizer.gridColumns() || tokenizer.length() != rows * rows) {
        throw new IllegalArgumentException(
            "train: tokenizer with %d codes for %d rows of %d; need a square grid of single codes"
                .formatted(tokenizer.length(), rows, tokenizer.gridColumns()));
      }
      TokenizerReference reference = TokenizerReference.to(stored, tokenizer);
      LlamaGenFolder folder = folder(system, kind, classes, reference, settings);
      ConditionedGpt network = new ConditionedGpt(folder, Parameters.random(backend, seed));
      String init = settings.text("init", "");
      if (!init.isEmpty()) {
        begin(network, system, Path.of(init), tokenizer);
      }
      return new LlamaGenTask(
          folder,
          network,
          CodedPicture.toLearn(splits.train(), settings, seed, tokenizer),
          CodedPicture.of(splits.valid(), settings.intValue("validImages", 512), tokenizer),
          settings,
          seed);
    }
  }

  /// Copies what a trained model has, all of it but what embeds conditions, if those differ.
  private static void begin(
      ConditionedGpt network, LlamaGenSystem system, Path path, TokenizerModel tokenizer)
      throws IOException {
    LlamaGenFolder.read(path, system).tokenizer().require(tokenizer, path.toString());
    Backend backend = network.parameters().backend();
    try (Checkpoint file = Checkpoints.open(path)) {
      StateDict trained = LlamaGenWeights.read(file, backend);
      for (Map.Entry<String, Tensor> own : network.parameters().state().entrySet()) {
        String name = own.getKey();
        if (!LlamaGenWeights.isOfCondition(name)) {
          own.getValue().copyFrom(trained.get(name, own.getValue().shape()));
        } else if (trained.has(name) && trained.get(name).shape().equals(own.getValue().shape())) {
          own.getValue().copyFrom(trained.get(name));
        }
      }
    }
  }

  private static Kind kind(String condition) {
    return switch (condition) {
      case "class" -> Kind.CLASS;
      case "caption" -> Kind.CAPTION;
      default ->
          throw new IllegalArgumentException(
              "setting: unknown condition; \"" + condition + "\"; have class, caption");
    };
  }

  private static LlamaGenFolder folder(
      LlamaGenSystem system,
      Kind kind,
      List<String> classes,
      TokenizerReference tokenizer,
      Settings settings) {
    int dim = settings.intValue("dim", 192);
    int nHeads = settings.intValue("nHeads", Math.max(1, dim / 32));
    boolean hasCaptions = kind == Kind.CAPTION;
    ByteTextEncoder.Sizes encoder =
        hasCaptions
            ? new ByteTextEncoder.Sizes(
                settings.intValue("captionTokens", 40),
                settings.intValue("captionDim", 96),
                settings.intValue("captionLayers", 2))
            : ByteTextEncoder.Sizes.NONE;
    LlamaGenConfig gpt =
        new LlamaGenConfig(
            kind,
            dim,
            settings.intValue("nLayers", 6),
            nHeads,
            nHeads,
            settings.intValue("ffnDim", LlamaGenConfig.ffnDim(dim, 1, 16)),
            tokenizer.codes(),
            tokenizer.side(),
            hasCaptions ? encoder.tokens() : 1,
            classes.size(),
            encoder.dim(),
            1e-5f,
            10000);
    return new LlamaGenFolder(
        system.with(settings),
        gpt,
        new ClassNames(classes, classes.size()),
        tokenizer,
        encoder,
        "");
  }

  @Override
  public Parameters parameters() {
    return network.parameters();
  }

  @Override
  public Map<String, Tensor> hiddenMatrices() {
    return network.gpt().blockMatrices();
  }

  @Override
  public Tensor loss(long step) {
    RandomStream draws = random.split(step);
    List<CodedPicture> some = new ArrayList<>();
    for (int b = 0; b < batch; b++) {
      some.add(train.get(draws.below(b, train.size())));
    }
    return new CodeLikelihood(network)
        .loss(
            some,
            dropCondition,
            draws.split("condition"),
            new Dropout(dropout, draws.split("dropout")));
  }

  @Override
  public double validate() {
    return heldOut.isEmpty() ? Double.NaN : new CodeLikelihood(network).bitsPerCode(heldOut);
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
