package dev.jacquard.models.var;

import dev.jacquard.models.ClassNames;
import dev.jacquard.models.CodedPicture;
import dev.jacquard.models.Condition;
import dev.jacquard.models.GeneratedImage;
import dev.jacquard.models.GenerationConfig;
import dev.jacquard.models.GenerationListener;
import dev.jacquard.models.MaskEditor;
import dev.jacquard.models.data.ImageSet;
import dev.jacquard.models.data.Picture;
import dev.jacquard.models.data.PictureFiles;
import dev.jacquard.models.vq.VqTokenizer;
import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.Checkpoints;
import dev.jacquard.tensor.io.StateDict;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A trained VAR with its tokenizer: draws pictures of classes from coarse to fine, and redraws
/// parts of given ones.
public final class Var implements MaskEditor {
  /// The tokenizer's file that is looked for beside a published transformer's.
  public static final String PUBLISHED_TOKENIZER = "vae_ch160v4096z32.pth";

  private static final long MOST_PACKED = 500_000_000; // packing takes the weights' memory again

  private final TensorScope memory;
  private final ClassNames classes;
  private final VarModel model;
  private final VqTokenizer tokenizer;
  private final VarGenerator generator;
  private final MapLikelihood likelihood;
  private final GenerationConfig generation;

  private Var(
      TensorScope memory,
      ClassNames classes,
      VarModel model,
      VqTokenizer tokenizer,
      GenerationConfig generation,
      String source)
      throws CheckpointException {
    this.memory = memory;
    this.classes = classes;
    this.model = model;
    this.tokenizer = tokenizer;
    var quantizer = VarTokenizerFamily.maps(tokenizer, source);
    this.likelihood = new MapLikelihood(model, quantizer);
    this.generation = generation;
    try {
      this.generator = new VarGenerator(model, quantizer);
    } catch (ShapeException e) {
      throw new CheckpointException(String.valueOf(e.getMessage()), source);
    }
  }

  /// Loads a model folder with the folder of its tokenizer that `config.json` names; or a published
  /// file such as `var_d16.pth`, beside which lies [#PUBLISHED_TOKENIZER].
  ///
  /// @param path the folder or file
  /// @param backend who computes
  /// @return the model, closed by the caller
  /// @throws IOException if a file is missing or malformed, or the tokenizer is another than the
  ///   one that the model was trained with
  public static Var load(Path path, Backend backend) throws IOException {
    return Files.isRegularFile(path) ? published(path, backend) : folder(path, backend);
  }

  private static Var folder(Path path, Backend backend) throws IOException {
    VarFolder folder = VarFolder.read(path);
    GenerationConfig generation = GenerationConfig.read(path);
    Path beside = path.resolve(folder.tokenizer().folder()).normalize();
    return open(
        path,
        VarTokenizerFamily.open(beside, backend),
        tokenizer -> folder.tokenizer().require(tokenizer, path.toString()),
        file -> new Network(folder.config(), VarWeights.read(file, backend), folder.classes()),
        generation);
  }

  private static Var published(Path path, Backend backend) throws IOException {
    Path beside = path.toAbsolutePath().resolveSibling(PUBLISHED_TOKENIZER);
    if (!Files.isRegularFile(beside)) {
      throw new CheckpointException(
          "no tokenizer beside it; need " + PUBLISHED_TOKENIZER, path.toString());
    }
    return open(
        path,
        VarTokenizerFamily.open(beside, backend),
        _ -> {},
        file -> {
          StateDict state = VarWeights.read(file, backend);
          VarConfig config = VarWeights.config(state, VarWeights.publishedSides(state));
          return new Network(config, state, new ClassNames(List.of(), config.nClasses()));
        },
        GenerationConfig.PLAIN);
  }

  private record Network(VarConfig config, StateDict weights, ClassNames classes) {}

  private interface Layout {
    Network read(Checkpoint file) throws IOException;
  }

  private interface Check {
    void of(VqTokenizer tokenizer) throws IOException;
  }

  /// @param tokenizer closed if anything fails
  private static Var open(
      Path path, VqTokenizer tokenizer, Check check, Layout layout, GenerationConfig generation)
      throws IOException {
    Backend backend = tokenizer.model().parameters().backend();
    TensorScope memory = TensorScope.open("model " + path.getFileName());
    try (Checkpoint file = Checkpoints.open(path)) {
      check.of(tokenizer);
      return memory.within(
          () -> {
            Network network = layout.read(file);
            VarModel model = new VarModel(network.config, Parameters.random(backend, 0));
            model.parameters().load(network.weights);
            if (network.config.parameterCount() <= MOST_PACKED) {
              model.pack();
            }
            return new Var(memory, network.classes, model, tokenizer, generation, path.toString());
          });
    } catch (IOException | RuntimeException e) {
      memory.close();
      tokenizer.close();
      throw e;
    }
  }

  @Override
  public GenerationConfig generationConfig() {
    return generation;
  }

  @Override
  public int stages() {
    return model.config().plan().count();
  }

  @Override
  public String likelihood() {
    return MapLikelihood.MEAN;
  }

  @Override
  public List<GeneratedImage> generate(Request request, GenerationListener listener) {
    return new Drawing(request, null, number -> number % classes.count(), listener).draw();
  }

  @Override
  public List<GeneratedImage> complete(
      Picture picture, double keep, Request request, GenerationListener listener) {
    int side = model.config().sides().getLast();
    int kept = (int) Math.round(keep * side); // rows of tokens
    boolean[] redrawn = new boolean[side * side];
    Arrays.fill(redrawn, kept * side, redrawn.length, true);
    return editing(tokenizer.fit(picture), redrawn, request, listener).draw();
  }

  @Override
  public List<GeneratedImage> edit(
      Picture picture, Picture mask, Request request, GenerationListener listener) {
    if (mask.width() != picture.width() || mask.height() != picture.height()) {
      throw new IllegalArgumentException(
          "edit: mask of another size than the picture; %dx%d; need %dx%d"
              .formatted(mask.width(), mask.height(), picture.width(), picture.height()));
    }
    boolean[] redrawn = redrawnTokens(tokenizer.fit(mask));
    return editing(tokenizer.fit(picture), redrawn, request, listener).draw();
  }

  /// The tokens that [#edit] draws, for tests.
  List<int[]> editedCodes(Picture picture, boolean[] redrawn, Request request) {
    Drawing drawing = editing(tokenizer.fit(picture), redrawn, request, GenerationListener.NONE);
    drawing.draw();
    return drawing.codes;
  }

  /// Tokens of the finest map of which a pixel is to be redrawn.
  private boolean[] redrawnTokens(Picture mask) {
    int side = model.config().sides().getLast();
    int stride = tokenizer.model().config().stride();
    boolean[] redrawn = new boolean[side * side];
    byte[] samples = mask.samples();
    for (int i = 0; i < samples.length; i++) {
      int pixel = i / mask.channels();
      int row = pixel / mask.width() / stride;
      int column = pixel % mask.width() / stride;
      redrawn[row * side + column] |= (samples[i] & 0xFF) > 127;
    }
    return redrawn;
  }

  /// @param picture of the model's size
  private Drawing editing(
      Picture picture, boolean[] redrawn, Request request, GenerationListener listener) {
    boolean[] kept = new boolean[redrawn.length];
    for (int i = 0; i < kept.length; i++) {
      kept[i] = !redrawn[i];
    }
    int[] codes = tokenizer.encode(picture);
    return new Drawing(request, new Given(codes, kept), _ -> model.config().noClass(), listener);
  }

  /// A picture to edit.
  ///
  /// @param codes `[L]`
  /// @param kept of the finest map
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Given(int[] codes, boolean[] kept) {}

  private interface Classes {
    int of(int number);
  }

  /// One request, batch after batch.
  private final class Drawing {
    private final Request request;
    private final @Nullable Given given;
    private final Classes usual; // where the request has no condition
    private final GenerationListener listener;
    private final ScalePlan plan = model.config().plan();
    private final List<GeneratedImage> images = new ArrayList<>();
    private final List<int[]> codes = new ArrayList<>(); // of the finished batches, `[L]` each
    private int[][] current = {}; // of this batch
    private long tokens;
    private boolean isStopped;

    Drawing(Request request, @Nullable Given given, Classes usual, GenerationListener listener) {
      if (!request.loop().name().equals("plain")) {
        throw new IllegalArgumentException(
            "generate: var draws map by map; loop \"%s\"; need plain"
                .formatted(request.loop().name()));
      }
      this.request = request;
      this.given = given;
      this.usual = usual;
      this.listener = listener;
    }

    List<GeneratedImage> draw() {
      RandomStream random = RandomStream.of(request.sampling().seed()).split("sampling");
      try {
        while (images.size() < request.count() && !isStopped) {
          int first = images.size();
          int size = Math.min(request.batch(), request.count() - first);
          int[] labels = IntStream.range(first, first + size).map(this::label).toArray();
          List<RandomStream> randoms =
              IntStream.range(first, first + size).mapToObj(random::split).toList();
          TensorScope.run("drawing", () -> drawBatch(labels, randoms));
        }
      } catch (CancellationException _) {
        // what is finished is kept
      }
      return images;
    }

    private int label(int number) {
      return switch (request.condition()) {
        case Condition.None() -> usual.of(number);
        case Condition.OfClass(String name) -> classes.number(name);
        case Condition.Caption text ->
            throw new IllegalArgumentException(
                "generate: model draws from classes; given %s; pass a class"
                    .formatted(text.words()));
      };
    }

    private void drawBatch(int[] labels, List<RandomStream> randoms) {
      boolean hasClass = Arrays.stream(labels).anyMatch(l -> l != model.config().noClass());
      double beyond = hasClass ? request.guidance().scale() - 1 : 0;
      MapSampler sampler =
          new MapSampler(request.sampling().processors(), request.sampling().sampler(), randoms);
      KnownTokens known = given == null ? null : known(given, labels.length);
      current = new int[labels.length][plan.total()];
      Tensor latents =
          generator.generate(
              labels, new VarGenerator.Request(beyond, sampler, false, known), this::onMap);
      codes.addAll(List.of(current));
      for (Picture picture : tokenizer.pictures(latents)) {
        images.add(
            new GeneratedImage(picture, PictureFiles.toPng(picture), "png", plan.total(), true));
      }
    }

    private void onMap(VarGenerator.Drawn map) {
      tokens += map.ids().shape().numel();
      int cells = plan.cells(map.scale());
      int[] ids = map.ids().toInts();
      for (int b = 0; b < current.length; b++) {
        System.arraycopy(ids, b * cells, current[b], plan.begin(map.scale()), cells);
      }
      listener.onPreview(images.size(), () -> tokenizer.pictures(map.sum()));
      boolean isLast = map.scale() == plan.count() - 1;
      int finished = images.size() + (isLast ? map.ids().shape().intDim(0) : 0);
      isStopped = !listener.onProgress(tokens, finished);
      if (isStopped && !isLast) {
        throw new CancellationException("drawing was stopped");
      }
    }

    private KnownTokens known(Given picture, int batch) {
      List<Tensor> ids = new ArrayList<>();
      for (int k = 0; k < plan.count(); k++) {
        int[] own = Arrays.copyOfRange(picture.codes, plan.begin(k), plan.begin(k + 1));
        int[] all = new int[batch * own.length];
        for (int b = 0; b < batch; b++) {
          System.arraycopy(own, 0, all, b * own.length, own.length);
        }
        ids.add(Tensor.ofInts(model.parameters().backend(), Shape.of(batch, own.length), all));
      }
      return KnownTokens.of(plan, ids, picture.kept);
    }
  }

  @Override
  public Map<String, Double> evaluate(ImageSet pictures, List<String> metrics) throws IOException {
    Map<String, Double> bits =
        new LinkedHashMap<>(likelihood.bits(CodedPicture.of(pictures, pictures.size(), tokenizer)));
    for (String metric : metrics) {
      if (!bits.containsKey(metric)) {
        throw new IllegalArgumentException(
            "eval: unknown metric \"%s\"; have %s".formatted(metric, bits.keySet()));
      }
    }
    if (!metrics.isEmpty()) {
      bits.keySet().retainAll(metrics);
    }
    return bits;
  }

  @Override
  public Picture fit(Picture picture) {
    return tokenizer.decode(tokenizer.encode(tokenizer.fit(picture)));
  }

  /// The transformer.
  ///
  /// @return valid until this is closed
  public VarModel model() {
    return model;
  }

  /// The tokenizer.
  ///
  /// @return closed with this
  public VqTokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  public void close() {
    memory.close();
    tokenizer.close();
  }
}
