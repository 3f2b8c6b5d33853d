package dev.jacquard.models.llamagen;

import dev.jacquard.models.CodedPicture;
import dev.jacquard.models.Condition;
import dev.jacquard.models.GeneratedImage;
import dev.jacquard.models.GenerationConfig;
import dev.jacquard.models.GenerationListener;
import dev.jacquard.models.ImageModel;
import dev.jacquard.models.SequenceDrawing;
import dev.jacquard.models.TokenizerModel;
import dev.jacquard.models.TokenizerReference;
import dev.jacquard.models.data.ImageSet;
import dev.jacquard.models.data.Picture;
import dev.jacquard.models.data.PictureFiles;
import dev.jacquard.models.decoding.CodeVectors;
import dev.jacquard.models.decoding.SequenceEngine;
import dev.jacquard.models.llamagen.ConditionedGpt.Subject;
import dev.jacquard.models.llamagen.LlamaGenConfig.Kind;
import dev.jacquard.models.sampling.Guidance;
import dev.jacquard.models.sampling.LogitsProcessor;
import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.Checkpoints;
import dev.jacquard.tensor.io.StateDict;
import dev.jacquard.tensor.memory.TensorScope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A trained LlamaGen, or a variant of it, with its tokenizer: draws pictures from classes or
/// captions.
public final class LlamaGen implements ImageModel {
  private static final int NO_END = -1; // no code ends a picture; it has as many as its grid
  private static final long MOST_PACKED = 500_000_000; // packing takes the weights' memory again
  // how the authors' demos sample the published models
  private static final GenerationConfig OF_CLASSES = new GenerationConfig(1, 2000, 1, 4);
  private static final GenerationConfig OF_CAPTIONS = new GenerationConfig(1, 1000, 1, 7.5);
  private static final List<String> METRICS = List.of("bits_per_code");

  private final Resources resources;
  private final LlamaGenFolder folder;
  private final ConditionedGpt network;
  private final TokenizerModel tokenizer;
  private final GenerationConfig generation;

  private LlamaGen(
      Resources resources,
      LlamaGenFolder folder,
      ConditionedGpt network,
      TokenizerModel tokenizer,
      GenerationConfig generation) {
    this.resources = resources;
    this.folder = folder;
    this.network = network;
    this.tokenizer = tokenizer;
    this.generation = generation;
  }

  /// What a model has opened.
  private static final class Resources {
    private final Deque<Runnable> closing = new ArrayDeque<>(); // latest first

    <T> T add(T resource, Consumer<T> close) {
      closing.push(() -> close.accept(resource));
      return resource;
    }

    void close() {
      closing.forEach(Runnable::run);
      closing.clear();
    }
  }

  /// Loads a model folder: `config.json`, weights, and the folders that `config.json` names, of a
  /// tokenizer and perhaps of a T5; or a published file such as `c2i_B_256.pt` or
  /// `t2i_XL_stage1_256.pt`, beside which lie `vq_ds16_c2i.pt`, or `vq_ds16_t2i.pt` and the folder
  /// `flan-t5-xl`.
  ///
  /// @param path the folder or file
  /// @param system what it must be of
  /// @param tokenizers opens the tokenizer
  /// @param backend who computes
  /// @return the model, closed by the caller
  /// @throws IOException if a file is missing or malformed, or the tokenizer is another than the
  ///   one that the model was trained with
  public static LlamaGen load(
      Path path, LlamaGenSystem system, TokenizerLoader tokenizers, Backend backend)
      throws IOException {
    Resources resources = new Resources();
    try {
      return Files.isRegularFile(path)
          ? published(path, tokenizers, resources, backend)
          : folder(path, system, tokenizers, resources, backend);
    } catch (IOException | RuntimeException e) {
      resources.close();
      throw e;
    }
  }

  private static LlamaGen folder(
      Path path,
      LlamaGenSystem system,
      TokenizerLoader tokenizers,
      Resources resources,
      Backend backend)
      throws IOException {
    LlamaGenFolder folder = LlamaGenFolder.read(path, system);
    GenerationConfig generation = GenerationConfig.read(path);
    TokenizerModel tokenizer = tokenizer(folder, path, path, tokenizers, resources, backend);
    CaptionEncoder t5 = t5(folder, path, resources, backend);
    TensorScope memory =
        resources.add(TensorScope.open("model " + path.getFileName()), TensorScope::close);
    try (Checkpoint file = Checkpoints.open(path)) {
      ConditionedGpt network = memory.within(() -> network(folder, t5, file, backend));
      return new LlamaGen(resources, folder, network, tokenizer, generation);
    }
  }

  private static LlamaGen published(
      Path path, TokenizerLoader tokenizers, Resources resources, Backend backend)
      throws IOException {
    LlamaGenModel gpt =
        resources.add(PublishedLlamaGen.open(path, backend), PublishedLlamaGen::close).model();
    LlamaGenFolder folder = LlamaGenFolder.published(gpt.config());
    Path beside = path.toAbsolutePath().resolveSibling("");
    TokenizerModel tokenizer = tokenizer(folder, beside, path, tokenizers, resources, backend);
    ConditionedGpt network = new ConditionedGpt(gpt, t5(folder, beside, resources, backend));
    GenerationConfig generation = gpt.config().kind() == Kind.CLASS ? OF_CLASSES : OF_CAPTIONS;
    return new LlamaGen(resources, folder, network, tokenizer, generation);
  }

  private static TokenizerModel tokenizer(
      LlamaGenFolder folder,
      Path base,
      Path source,
      TokenizerLoader tokenizers,
      Resources resources,
      Backend backend)
      throws IOException {
    Path path = base.resolve(folder.tokenizer().folder()).normalize();
    TokenizerModel tokenizer = resources.add(tokenizers.load(path, backend), TokenizerModel::close);
    folder.tokenizer().require(tokenizer, source.toString());
    requireGrid(folder, source);
    return tokenizer;
  }

  private static @Nullable CaptionEncoder t5(
      LlamaGenFolder folder, Path base, Resources resources, Backend backend) throws IOException {
    if (folder.t5().isEmpty()) {
      return null;
    }
    Path path = base.resolve(folder.t5()).normalize();
    return resources.add(T5Captions.open(path, folder.gpt(), backend), T5Captions::close);
  }

  private static void requireGrid(LlamaGenFolder folder, Path path) throws CheckpointException {
    LlamaGenConfig gpt = folder.gpt();
    TokenizerReference tokenizer = folder.tokenizer();
    if (gpt.vocabSize() != tokenizer.codes() || gpt.side() != tokenizer.side()) {
      throw new CheckpointException(
          "GPT of %d codes and %d rows for a tokenizer of %d codes and %d rows"
              .formatted(gpt.vocabSize(), gpt.side(), tokenizer.codes(), tokenizer.side()),
          path.toString());
    }
  }

  private static ConditionedGpt network(
      LlamaGenFolder folder, @Nullable CaptionEncoder t5, Checkpoint file, Backend backend)
      throws CheckpointException {
    StateDict state = LlamaGenWeights.fitted(LlamaGenWeights.read(file, backend), folder.gpt());
    Parameters parameters = Parameters.random(backend, 0);
    ConditionedGpt network =
        t5 == null
            ? new ConditionedGpt(folder, parameters)
            : new ConditionedGpt(folder.system().network(folder.gpt(), parameters), t5);
    network.parameters().load(state);
    if (folder.gpt().parameterCount() <= MOST_PACKED) {
      network.predictor().pack();
    }
    return network;
  }

  @Override
  public GenerationConfig generationConfig() {
    return generation;
  }

  @Override
  public boolean readsCaptions() {
    return folder.gpt().kind() == Kind.CAPTION;
  }

  @Override
  public String likelihood() {
    return METRICS.getFirst();
  }

  @Override
  public List<GeneratedImage> generate(Request request, GenerationListener listener) {
    return draw(new int[0], 0, request, listener);
  }

  @Override
  public List<GeneratedImage> complete(
      Picture picture, double keep, Request request, GenerationListener listener) {
    int[] codes = tokenizer.encode(tokenizer.fit(picture));
    int kept = (int) Math.min(codes.length - 1L, Math.round(keep * codes.length));
    return draw(codes, kept, request, listener);
  }

  /// @param codes in raster order, of which the first `kept` are given
  private List<GeneratedImage> draw(
      int[] codes, int kept, Request request, GenerationListener listener) {
    subject(request.condition(), 0); // refuses what the model does not draw from
    int[] order = network.predictor().order();
    List<LogitsProcessor> processors = new ArrayList<>(request.sampling().processors());
    int[] prompt = {};
    if (network.predictor().isBlockwise()) {
      processors.add(new GivenCodes(order, codes, kept)); // they may not be whole blocks
    } else {
      prompt = Arrays.copyOf(codes, kept);
    }
    return new SequenceDrawing(new Codes(order, kept), request, listener)
        .draw(
            engine(request.condition(), request.guidance()),
            new SequenceDrawing.Limits(prompt, NO_END, order.length, processors));
  }

  private LlamaGenSequences engine(Condition condition, Guidance guidance) {
    return new LlamaGenSequences(
        network.predictor(),
        number -> network.conditions(List.of(subject(condition, number))),
        guidance);
  }

  @Override
  public List<String> loops() {
    return folder.system().loops();
  }

  @Override
  public CodeVectors codeVectors() {
    return new CodeVectors(tokenizer.codeVectors());
  }

  /// @throws IllegalArgumentException if the other is no LlamaGen, or its tokenizer, grid or
  ///   conditions differ
  @Override
  public SequenceEngine guesserFor(ImageModel larger, Condition condition, Guidance guidance) {
    if (!(larger instanceof LlamaGen judge)) {
      return ImageModel.super.guesserFor(larger, condition, guidance);
    }
    if (!tokens().equals(judge.tokens())) {
      throw new IllegalArgumentException(
          "draft: tokens of another kind; it has %s; the model %s; need the same tokenizer and conditions"
              .formatted(tokens(), judge.tokens()));
    }
    return engine(condition, guidance);
  }

  /// What the codes and conditions are, in words.
  private String tokens() {
    LlamaGenConfig gpt = folder.gpt();
    String conditions =
        gpt.kind() == Kind.CLASS
            ? gpt.nClasses() + " classes " + folder.classes().names()
            : "captions";
    return "%d codes of %s in %d rows of tokenizer %s from %s"
        .formatted(
            gpt.vocabSize(), folder.system().name(), gpt.side(), tokenizer.hash(), conditions);
  }

  /// Sequences are codes in the order in which they are drawn.
  private final class Codes implements SequenceDrawing.Pictures {
    private final int[] order;
    private final int given;

    Codes(int[] order, int given) {
      this.order = order;
      this.given = given;
    }

    /// Codes that are not known yet are shown as the last one before them that is: of their row,
    /// then of the rows above.
    @Override
    public Picture preview(int[] tokens) {
      int[] all = new int[order.length];
      Arrays.fill(all, -1);
      for (int i = 0; i < tokens.length; i++) {
        all[order[i]] = tokens[i];
      }
      int side = folder.gpt().side();
      for (int i = 0; i < all.length; i++) {
        if (all[i] < 0) {
          all[i] = i == 0 ? 0 : all[i % side > 0 ? i - 1 : i - side];
        }
      }
      return decoded(all);
    }

    @Override
    public boolean isFinished(int[] tokens, int length) {
      return length == order.length;
    }

    @Override
    public GeneratedImage image(int[] tokens, int promptLength) {
      Picture picture = preview(tokens);
      return new GeneratedImage(
          picture,
          PictureFiles.toPng(picture),
          "png",
          tokens.length - given,
          isFinished(tokens, tokens.length));
    }
  }

  /// What picture `number` of a request is of.
  private Subject subject(Condition condition, int number) {
    boolean hasClasses = folder.gpt().kind() == Kind.CLASS;
    return switch (condition) {
      case Condition.None() ->
          hasClasses
              ? new Subject(number % folder.gpt().nClasses(), "", false)
              : new Subject(-1, "", true);
      case Condition.OfClass(String name) when hasClasses ->
          new Subject(folder.classes().number(name), "", false);
      case Condition.Caption texts when !hasClasses -> new Subject(-1, texts.text(number), false);
      default ->
          throw new IllegalArgumentException(
              "generate: model draws from %s; given %s; pass %s"
                  .formatted(
                      hasClasses ? "classes" : "texts",
                      condition.words(),
                      hasClasses ? "a class" : "a text"));
    };
  }

  @Override
  public Map<String, Double> evaluate(ImageSet pictures, List<String> metrics) throws IOException {
    for (String metric : metrics) {
      if (!METRICS.contains(metric)) {
        throw new IllegalArgumentException(
            "eval: unknown metric \"%s\"; have %s".formatted(metric, METRICS));
      }
    }
    List<CodedPicture> coded = CodedPicture.of(pictures, pictures.size(), tokenizer);
    return Map.of("bits_per_code", new CodeLikelihood(network).bitsPerCode(coded));
  }

  @Override
  public Picture fit(Picture picture) {
    return decoded(tokenizer.encode(tokenizer.fit(picture)));
  }

  private Picture decoded(int[] codes) {
    try {
      return tokenizer.decode(codes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What the model is.
  ///
  /// @return sizes, classes and tokenizer
  public LlamaGenFolder folder() {
    return folder;
  }

  @Override
  public void close() {
    resources.close();
  }
}
