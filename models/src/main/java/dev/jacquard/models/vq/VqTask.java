package dev.jacquard.models.vq;

import dev.jacquard.models.ConfigFile;
import dev.jacquard.models.Settings;
import dev.jacquard.models.data.Augmentation;
import dev.jacquard.models.data.ContactSheet;
import dev.jacquard.models.data.ImageSet;
import dev.jacquard.models.data.ImageTransform;
import dev.jacquard.models.data.Picture;
import dev.jacquard.models.data.PictureFiles;
import dev.jacquard.models.data.PictureTensors;
import dev.jacquard.models.data.Splits;
import dev.jacquard.models.eval.ImageQuality;
import dev.jacquard.models.eval.PerceptualDistance;
import dev.jacquard.models.eval.RandomFeatureNet;
import dev.jacquard.models.quantizer.CodeTable;
import dev.jacquard.models.quantizer.CodeUsage;
import dev.jacquard.models.quantizer.MultiScaleResidualQuantizer;
import dev.jacquard.models.train.ModelWeights;
import dev.jacquard.models.train.TrainingTask;
import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.AtomicFiles;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.random.RandomStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Trains a tokenizer from scratch, by [VqLoss].
///
/// Settings and their defaults:
///
/// | name | meaning | default |
/// |---|---|---|
/// | `width`, `height`, `grey` | the pictures | those of the first picture, at most 64 |
/// | `channels`, `multipliers`, `nResBlocks`, `zChannels` | the convolutions | 32, `1-2-2`, 1, 64 |
/// | `quantizer` | `vq`, `rotated`, `ema`, `ibq`, `fsq`, `lfq`, `bsq`, `multi_scale` | `vq` |
/// | `codebookSize`, `codebookDim`, `normalized` | its codes | 512, 8, true |
/// | `levels` | of `fsq`, for example `8-5-5-5`; sides of the maps of `multi_scale` | `8-5-5-5` |
/// | `commitment`, `entropyWeight` | its losses | 0.25, 0 |
/// | `restartEvery` | steps between restarts of dead codes of a table; 0 for none | 100 |
/// | `start` | folder of a tokenizer whose weights of the same names and shapes to begin with | none |
/// | `reconstruction` | `l1` or `l2` | `l1` |
/// | `perceptualWeight` | of [RandomFeatureNet]'s distance, where no trained net is given | 0.1 |
/// | `discriminatorWeight`, `discriminatorStart`, `adaptive` | of the patches' judge | 0, half of the steps given by `steps`, true |
/// | `discriminatorChannels`, `discriminatorHalvings` | its sizes | 32, 2 |
/// | `batch`, `flip`, `shift` | pictures of a step; mirror, move | 16, false, 0 |
/// | `validImages` | held-out pictures at each checkpoint | 128 |
public final class VqTask implements TrainingTask {
  private static final int SHOWN = 16;
  private static final int SHEET_SCALE = 2;
  private static final long FEATURE_SEED = 0;

  /// Where pictures come from.
  private record Data(
      List<Picture> train, List<Picture> valid, int batch, Augmentation augmentation) {}

  private final VqConfig config;
  private final Parameters parameters;
  private final VqModel model;
  private final VqLoss loss;
  private final Data data;
  private final int restartEvery;
  private final RandomStream random;
  private final String fingerprint;

  private VqTask(
      VqConfig config,
      Parameters parameters,
      VqModel model,
      VqLoss loss,
      Data data,
      int restartEvery,
      RandomStream random,
      String fingerprint) {
    this.config = config;
    this.parameters = parameters;
    this.model = model;
    this.loss = loss;
    this.data = data;
    this.restartEvery = restartEvery;
    this.random = random;
    this.fingerprint = fingerprint;
  }

  /// Reads the pictures and builds tokenizer and discriminator.
  ///
  /// @param pictures all pictures; the `train` part is learned from, the `valid` part held out
  /// @param settings see the table above
  /// @param seed number that fixes initial weights, batches and augmentation
  /// @param backend who computes
  /// @return the task
  /// @throws IOException if a picture cannot be read
  public static VqTask create(ImageSet pictures, Settings settings, long seed, Backend backend)
      throws IOException {
    Picture first = pictures.image(0);
    int side = Math.min(64, Math.min(first.width(), first.height()));
    int width = settings.intValue("width", side);
    int height = settings.intValue("height", side);
    int imageChannels = settings.flag("grey", first.channels() == 1) ? 1 : 3;
    VqConfig config = config(settings, imageChannels);
    if (width % config.stride() != 0 || height % config.stride() != 0) {
      throw new IllegalArgumentException(
          "setting: pictures do not fit the grid; width=%d, height=%d; need multiples of the stride, %d"
              .formatted(width, height, config.stride()));
    }
    requireGrid(config, width, height);
    Data data = data(pictures, settings, ImageTransform.fit(width, height, imageChannels));
    VqLoss.Options options = lossOptions(settings);
    int restartEvery = settings.intValue("restartEvery", 100);
    PatchDiscriminator.Sizes sizes =
        new PatchDiscriminator.Sizes(
            imageChannels,
            settings.intValue("discriminatorChannels", 32),
            settings.intValue("discriminatorHalvings", 2));
    Parameters parameters = Parameters.random(backend, seed);
    VqModel model = new VqModel(config, parameters.at("model"));
    String start = settings.text("start", "");
    if (!start.isEmpty()) {
      begin(model, Path.of(start));
    }
    PatchDiscriminator discriminator =
        new PatchDiscriminator(
            options.discriminatorWeight() > 0
                ? parameters.at("discriminator")
                : Parameters.random(backend, seed),
            sizes);
    PerceptualDistance perceptual =
        new PerceptualDistance(new RandomFeatureNet(backend, FEATURE_SEED));
    String fingerprint =
        "vq %dx%d %s %s %s %s batch=%d pictures=%d restart=%d seed=%d%s"
            .formatted(
                width,
                height,
                config,
                options,
                options.discriminatorWeight() > 0 ? sizes : "no discriminator",
                data.augmentation(),
                data.batch(),
                pictures.size(),
                restartEvery,
                seed,
                start.isEmpty() ? "" : " start=" + start);
    return new VqTask(
        config,
        parameters,
        model,
        new VqLoss(options, model, perceptual, discriminator),
        data,
        restartEvery,
        RandomStream.of(seed).split("vq training"),
        fingerprint);
  }

  private static void requireGrid(VqConfig config, int width, int height) {
    int rows = height / config.stride();
    int columns = width / config.stride();
    if (!config.quantizer().fits(rows, columns)) {
      throw new IllegalArgumentException(
          "setting: scales do not end at the tokenizer's grid; levels=%s, %d rows of %d; need a square grid, and its side as the last scale"
              .formatted(config.quantizer().levels(), rows, columns));
    }
  }

  /// Takes over the weights that another tokenizer has under the same names in the same shapes.
  private static void begin(VqModel model, Path folder) throws IOException {
    try (VqTokenizer other = VqTokenizer.load(folder, model.parameters().backend())) {
      Map<String, Tensor> theirs = other.model().parameters().named();
      model
          .parameters()
          .named()
          .forEach(
              (name, tensor) -> {
                Tensor saved = theirs.get(name);
                if (saved != null && saved.shape().equals(tensor.shape())) {
                  tensor.copyFrom(saved);
                }
              });
    }
  }

  private static VqConfig config(Settings settings, int imageChannels) {
    int channels = settings.intValue("channels", 32);
    List<Integer> multipliers = numbers("multipliers", settings.text("multipliers", "1-2-2"));
    return new VqConfig(
        imageChannels,
        channels,
        multipliers,
        multipliers,
        settings.intValue("nResBlocks", 1),
        settings.intValue("zChannels", 64),
        quantizer(settings),
        Math.min(32, channels),
        1e-6f);
  }

  private static QuantizerConfig quantizer(Settings settings) {
    QuantizerConfig.Kind kind = QuantizerConfig.Kind.of(settings.text("quantizer", "vq"));
    int size = settings.intValue("codebookSize", 512);
    int dim = settings.intValue("codebookDim", 8);
    List<Integer> levels = numbers("levels", settings.text("levels", "8-5-5-5"));
    boolean isFinite = kind == QuantizerConfig.Kind.FSQ;
    boolean isBinary = kind == QuantizerConfig.Kind.LFQ || kind == QuantizerConfig.Kind.BSQ;
    int product = levels.stream().reduce(1, Math::multiplyExact);
    return new QuantizerConfig(
        kind,
        isFinite ? product : isBinary ? 1 << dim : size,
        isFinite ? levels.size() : dim,
        settings.flag("normalized", true),
        (float) settings.doubleValue("commitment", 0.25),
        (float) settings.doubleValue("entropyWeight", 0),
        isFinite || kind == QuantizerConfig.Kind.MULTI_SCALE ? levels : List.of());
  }

  private static List<Integer> numbers(String name, String text) {
    try {
      return Arrays.stream(text.split("-", -1)).map(Integer::valueOf).toList();
    } catch (NumberFormatException _) {
      throw new IllegalArgumentException(
          "setting: no numbers; %s=%s; need for example 1-2-2".formatted(name, text));
    }
  }

  private static VqLoss.Options lossOptions(Settings settings) {
    String kind = settings.text("reconstruction", "l1");
    if (!kind.equals("l1") && !kind.equals("l2")) {
      throw new IllegalArgumentException(
          "setting: unknown reconstruction; \"" + kind + "\"; have l1, l2");
    }
    return new VqLoss.Options(
        kind.equals("l2"),
        settings.doubleValue("perceptualWeight", 0.1),
        settings.doubleValue("discriminatorWeight", 0),
        settings.longValue("discriminatorStart", settings.longValue("steps", 2000) / 2),
        settings.flag("adaptive", true));
  }

  private static Data data(ImageSet pictures, Settings settings, ImageTransform fit)
      throws IOException {
    Splits splits = Splits.of(pictures.map(fit));
    if (splits.train().size() == 0) {
      throw new IllegalArgumentException(
          "train: nothing to learn from; %d pictures, all of them held out; need more"
              .formatted(pictures.size()));
    }
    return new Data(
        splits.train().images(splits.train().size()),
        splits.valid().images(settings.intValue("validImages", 128)),
        settings.intValue("batch", 16),
        new Augmentation(settings.flag("flip", false), settings.intValue("shift", 0)));
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public Map<String, Tensor> hiddenMatrices() {
    return Map.of();
  }

  @Override
  public Tensor loss(long step) {
    RandomStream numbers = random.split(step);
    List<Picture> batch = new ArrayList<>();
    for (int i = 0; i < data.batch(); i++) {
      Picture picture = data.train().get(numbers.below(i, data.train().size()));
      boolean asIs = data.augmentation().isNone();
      batch.add(asIs ? picture : data.augmentation().apply(picture, numbers.split(i)));
    }
    Tensor images = PictureTensors.of(parameters.backend(), batch);
    if (restartEvery > 0 && step % restartEvery == 0 && (step > 0 || startsFromLatents())) {
      restartDeadCodes(images, numbers.split("restart"));
    }
    VqModel.TrainingPass pass = model.train(images, numbers.split("quantizer"));
    return loss.of(images, pass, step);
  }

  /// Plain codes start so near to 0 that most would never be the nearest; before the first step
  /// none counts as used.
  private boolean startsFromLatents() {
    return config.quantizer().kind() == QuantizerConfig.Kind.MULTI_SCALE;
  }

  /// Gives codes that no picture of the last steps used some latent of this batch.
  private void restartDeadCodes(Tensor images, RandomStream numbers) {
    if (!(model.quantizer() instanceof CodeTable codes)) {
      return; // the others look after their codes, or have none
    }
    int perStep = images.shape().intDim(0) * length();
    boolean[] dead = usage(Math.min(restartEvery, 1000) * perStep).dead();
    Tape.paused(
        () ->
            TensorScope.call(
                "restart of codes",
                () -> {
                  Tensor rows = codes.candidates(model.encode(images)); // [N, d]
                  int n = rows.shape().intDim(0);
                  for (int k = 0; k < dead.length; k++) {
                    if (dead[k]) {
                      codes
                          .table()
                          .narrow(0, k, 1)
                          .copyFrom(rows.narrow(0, numbers.below(k, n), 1));
                    }
                  }
                  return n;
                }));
  }

  /// Indices of a picture.
  private int length() {
    Picture first = data.train().getFirst();
    int rows = first.height() / config.stride();
    int columns = first.width() / config.stride();
    return (int) model.quantizer().indexShape(1, rows, columns).numel();
  }

  private CodeUsage usage(int indices) {
    return model.usage(Math.min(indices, VqModel.USAGE_WINDOW));
  }

  @Override
  public double validate() {
    List<Picture> again = reconstruct(data.valid());
    return again.isEmpty() ? Double.NaN : -ImageQuality.meanPsnr(data.valid(), again);
  }

  @Override
  public String validationUnit() {
    return "negative PSNR in dB";
  }

  private List<Picture> reconstruct(List<Picture> pictures) {
    List<Picture> again = new ArrayList<>();
    for (int from = 0; from < pictures.size(); from += data.batch()) {
      List<Picture> part = pictures.subList(from, Math.min(from + data.batch(), pictures.size()));
      again.addAll(
          TensorScope.call(
              "reconstruction",
              () -> {
                Tensor images = PictureTensors.of(parameters.backend(), part);
                return PictureTensors.toPictures(model.forward(images).reconstruction());
              }));
    }
    return again;
  }

  /// Writes `reconstructions/step-N.png`, originals above their reconstructions, and says how the
  /// codes of the last 100 steps were used.
  @Override
  public Map<String, Double> report(Path folder, long step) throws IOException {
    List<Picture> source = data.valid().isEmpty() ? data.train() : data.valid();
    List<Picture> shown = source.subList(0, Math.min(SHOWN, source.size()));
    Picture sheet =
        ContactSheet.stack(
            List.of(
                ContactSheet.of(shown, SHOWN, SHEET_SCALE),
                ContactSheet.of(reconstruct(shown), SHOWN, SHEET_SCALE)));
    Path pictures = Files.createDirectories(folder.resolve("reconstructions"));
    String name = String.format(Locale.ROOT, "step-%06d.png", step);
    AtomicFiles.write(pictures.resolve(name), PictureFiles.toPng(sheet));
    long seen = Math.min(step, 100) * data.batch() * length();
    CodeUsage usage = usage((int) Math.min(seen, VqModel.USAGE_WINDOW));
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("code share", usage.share());
    figures.put("code perplexity", usage.perplexity());
    figures.put("dead codes", (double) (config.quantizer().codebookSize() - usage.used()));
    if (!Double.isNaN(loss.balance())) {
      figures.put("discriminator balance", loss.balance());
    }
    if (model.quantizer() instanceof MultiScaleResidualQuantizer maps) {
      figures.putAll(usedByMap(maps, (int) Math.min(seen, VqModel.USAGE_WINDOW) / length()));
    }
    return figures;
  }

  /// How many codes each map of the last pictures used.
  private Map<String, Double> usedByMap(MultiScaleResidualQuantizer maps, int last) {
    Map<String, Double> figures = new LinkedHashMap<>();
    int from = 0;
    for (int side : maps.sides()) {
      int to = from + side * side;
      double used = model.usage(last, length(), from, to).used();
      figures.put("codes at %dx%d".formatted(side, side), used);
      from = to;
    }
    return figures;
  }

  @Override
  public void export(Path folder) throws IOException {
    Picture first = data.train().getFirst();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("system", VqFamily.SYSTEM);
    fields.put("width", first.width());
    fields.put("height", first.height());
    fields.putAll(config.fields());
    ConfigFile.write(folder.resolve("config.json"), fields);
    // how often codes were used only helps training
    ModelWeights.write(folder, model.parameters(), name -> !name.endsWith("codebook_used"));
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }
}
