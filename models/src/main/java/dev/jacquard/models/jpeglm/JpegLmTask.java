package dev.jacquard.models.jpeglm;

import dev.jacquard.jpeg.Sampling;
import dev.jacquard.models.GenerationConfig;
import dev.jacquard.models.Settings;
import dev.jacquard.models.data.Augmentation;
import dev.jacquard.models.data.ImageSet;
import dev.jacquard.models.data.ImageTransform;
import dev.jacquard.models.data.Picture;
import dev.jacquard.models.data.Splits;
import dev.jacquard.models.tokenizer.BytePairTokenizer;
import dev.jacquard.models.tokenizer.ByteStreamTokenizer;
import dev.jacquard.models.tokenizer.ByteTokenizer;
import dev.jacquard.models.train.DocumentBatches;
import dev.jacquard.models.train.DocumentSource;
import dev.jacquard.models.train.ModelWeights;
import dev.jacquard.models.train.TrainingTask;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.block.LlamaConfig;
import dev.jacquard.nn.block.LlamaModel;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.SafetensorsReader;
import dev.jacquard.tensor.shape.ShapeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Trains a JPEG-LM from scratch on concatenated streams, by [JpegLmLoss].
///
/// Han et al. 2024 (arXiv:2408.08459), section 3; with both extra weights 0 the loss is the
/// paper's. Settings and their defaults:
///
/// | name | meaning | default |
/// |---|---|---|
/// | `width`, `height` | size of the pictures | those of the first picture, at most 64 |
/// | `grey` | one component instead of three | whether the first picture is grey |
/// | `quality`, `sampling` | of the JPEG streams | 25, `4:2:0` |
/// | `huffman` | tables of the streams, `byte_aligned` or `typical` (the paper's) | `byte_aligned` |
/// | `headerInStream` | whether the model writes the header too | false |
/// | `tokenizer`, `vocabSize` | `bpe` or `bytes`; tokens of the former (the paper: 320) | `bpe`, 512 |
/// | `flip`, `shift` | augmentation: mirror, move by so many pixels | false, 0 |
/// | `init` | a model folder to start from; its tokens and sizes go before those below | none |
/// | `dim`, `nLayers`, `nHeads`, `ffnDim` | the Llama | 160, 6, `dim / 32`, `8/3 dim` |
/// | `maxSeqLen` | context | the longest picture, at least `length` |
/// | `batch`, `length` | rows of a step and their tokens | 8, 512 |
/// | `parserWeight`, `grammarWeight` | of the two losses of [JpegLmLoss] that are ours | 0.5, 1 |
/// | `validImages` | held-out pictures at each checkpoint | 512 |
public final class JpegLmTask implements TrainingTask {
  private static final GenerationConfig PAPERS_SAMPLING = new GenerationConfig(1, 50, 0.9);
  private static final int BPE_STREAMS = 10_000; // as many as the paper learns its merges from

  private final JpegLmConfig config;
  private final JpegTokenizer tokenizer;
  private final LlamaModel llama;
  private final JpegLmLoss loss;
  private final DocumentBatches batches;
  private final List<byte[]> heldOut;
  private final String fingerprint;

  private JpegLmTask(
      JpegLmConfig config,
      JpegTokenizer tokenizer,
      LlamaModel llama,
      JpegLmLoss loss,
      DocumentBatches batches,
      List<byte[]> heldOut,
      String fingerprint) {
    this.config = config;
    this.tokenizer = tokenizer;
    this.llama = llama;
    this.loss = loss;
    this.batches = batches;
    this.heldOut = heldOut;
    this.fingerprint = fingerprint;
  }

  /// Encodes the pictures, learns the tokens and builds the model.
  ///
  /// @param pictures all pictures; the `train` part is learned from, the `valid` part held out
  /// @param settings see the table above
  /// @param seed number that fixes initial weights, batches and augmentation
  /// @param backend who computes
  /// @return the task
  /// @throws IOException if a picture cannot be read
  public static JpegLmTask create(ImageSet pictures, Settings settings, long seed, Backend backend)
      throws IOException {
    StreamFormat format = format(pictures.image(0), settings);
    JpegStream streams = new JpegStream(format);
    Splits splits =
        Splits.of(
            pictures.map(ImageTransform.fit(format.width(), format.height(), format.components())));
    if (splits.train().size() == 0) {
      throw new IllegalArgumentException(
          "train: nothing to learn from; %d pictures, all of them held out; need more"
              .formatted(pictures.size()));
    }
    List<Picture> train = splits.train().images(splits.train().size());
    List<byte[]> trainStreams = train.stream().map(streams::encode).toList();
    Optional<Path> init =
        Optional.of(settings.text("init", "")).filter(s -> !s.isEmpty()).map(Path::of);
    ByteStreamTokenizer bytes =
        init.isPresent() ? JpegLm.byteTokenizer(init.get()) : tokenizer(trainStreams, settings);
    JpegTokenizer tokenizer = new JpegTokenizer(streams, bytes);
    List<byte[]> heldOut =
        splits.valid().images(settings.intValue("validImages", 512)).stream()
            .map(streams::encode)
            .toList();
    Augmentation augmentation =
        new Augmentation(settings.flag("flip", false), settings.intValue("shift", 0));
    int length = settings.intValue("length", 512);
    int longest = longest(tokenizer, trainStreams, splits);
    int context = Math.max(length, longest);
    LlamaConfig llama =
        init.isPresent()
            ? initialConfig(init.get(), context)
            : llamaConfig(settings, bytes.vocabSize(), context);
    DocumentBatches batches =
        new DocumentBatches(
            source(train, trainStreams, tokenizer, augmentation),
            settings.intValue("batch", 8),
            length,
            seed);
    LlamaModel model = new LlamaModel(llama, Parameters.random(backend, seed));
    if (init.isPresent()) {
      try (Checkpoint weights = SafetensorsReader.open(init.get().resolve("model.safetensors"))) {
        model.parameters().load(weights.stateDict(backend));
      }
    }
    double parserWeight = settings.doubleValue("parserWeight", 0.5);
    double grammarWeight = settings.doubleValue("grammarWeight", 1);
    StreamGrammar grammar = new StreamGrammar(streams, bytes);
    String fingerprint =
        "%s %s init=%s %s batch=%d length=%d pictures=%d parser=%s grammar=%s seed=%d"
            .formatted(
                format,
                llama,
                init.map(Path::toString).orElse("none"),
                augmentation,
                batches.batch(),
                length,
                pictures.size(),
                parserWeight,
                grammarWeight,
                seed);
    return new JpegLmTask(
        new JpegLmConfig(llama, format),
        tokenizer,
        model,
        new JpegLmLoss(model, grammar, parserWeight, grammarWeight),
        batches,
        heldOut,
        fingerprint);
  }

  private static StreamFormat format(Picture first, Settings settings) {
    int side = Math.min(64, Math.min(first.width(), first.height()));
    boolean grey = settings.flag("grey", first.channels() == 1);
    return new StreamFormat(
        settings.intValue("width", side),
        settings.intValue("height", side),
        grey ? 1 : 3,
        settings.intValue("quality", 25),
        grey ? Sampling.S444 : StreamFormat.sampling(settings.text("sampling", "4:2:0")),
        StreamFormat.tables(settings.text("huffman", "byte_aligned")),
        settings.flag("headerInStream", false));
  }

  private static ByteStreamTokenizer tokenizer(List<byte[]> streams, Settings settings) {
    int vocabSize = settings.intValue("vocabSize", 512);
    String kind = settings.text("tokenizer", "bpe");
    return switch (kind) {
      case "bytes" -> new ByteTokenizer();
      case "bpe" ->
          BytePairTokenizer.train(
              streams.subList(0, Math.min(BPE_STREAMS, streams.size())), vocabSize);
      default ->
          throw new IllegalArgumentException(
              "setting: unknown tokenizer; \"" + kind + "\"; have bpe, bytes");
    };
  }

  private static LlamaConfig initialConfig(Path folder, int context) throws IOException {
    LlamaConfig initial = JpegLmConfig.read(folder).llama();
    return initial.withMaxSeqLen(Math.max(initial.maxSeqLen(), (context + 15) / 16 * 16));
  }

  private static LlamaConfig llamaConfig(Settings settings, int vocabSize, int context) {
    int dim = settings.intValue("dim", 160);
    int maxSeqLen = settings.intValue("maxSeqLen", (context + 15) / 16 * 16);
    if (maxSeqLen < context) {
      throw new IllegalArgumentException(
          "setting: context too short; maxSeqLen=%d; a row or the longest picture has %d tokens"
              .formatted(maxSeqLen, context));
    }
    try {
      return LlamaConfig.of(
          dim,
          settings.intValue("nLayers", 6),
          settings.intValue("nHeads", Math.max(1, dim / 32)),
          settings.intValue("ffnDim", (8 * dim / 3 + 15) / 16 * 16),
          vocabSize,
          maxSeqLen);
    } catch (ShapeException e) { // here the sizes are the user's settings, not a file's
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /// Tokens of the longest document in any split: what the context must hold.
  private static int longest(JpegTokenizer tokenizer, List<byte[]> train, Splits splits)
      throws IOException {
    int longest = 0;
    for (byte[] stream : train) {
      longest = Math.max(longest, tokenizer.document(stream).length);
    }
    for (ImageSet part : List.of(splits.valid(), splits.test())) {
      for (int i = 0; i < part.size(); i++) {
        longest = Math.max(longest, tokenizer.encode(part.image(i)).length);
      }
    }
    return longest;
  }

  private static DocumentSource source(
      List<Picture> train,
      List<byte[]> streams,
      JpegTokenizer tokenizer,
      Augmentation augmentation) {
    if (augmentation.isNone()) {
      List<int[]> documents = streams.stream().map(tokenizer::document).toList();
      return random -> documents.get(random.below(0, documents.size()));
    }
    return random -> {
      Picture picture = train.get(random.below(0, train.size()));
      return tokenizer.encode(augmentation.apply(picture, random.split("augmentation")));
    };
  }

  @Override
  public Parameters parameters() {
    return llama.parameters();
  }

  @Override
  public Map<String, Tensor> hiddenMatrices() {
    return llama.blockMatrices();
  }

  @Override
  public Tensor loss(long step) {
    return loss.of(batches.at(parameters().backend(), step));
  }

  @Override
  public double validate() {
    return heldOut.isEmpty()
        ? Double.NaN
        : new Likelihood(llama, tokenizer).of(heldOut).bitsPerByte();
  }

  @Override
  public String validationUnit() {
    return "bits per byte";
  }

  @Override
  public void export(Path folder) throws IOException {
    config.write(folder);
    PAPERS_SAMPLING.write(folder);
    if (tokenizer.bytes() instanceof BytePairTokenizer pairs) {
      pairs.save(folder.resolve("tokenizer.json"));
    }
    // the parser's head only helps training
    ModelWeights.write(folder, parameters(), name -> !name.startsWith(ParserHead.NAME));
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  /// Number of parameters.
  ///
  /// @return the size of the model
  public long parameterCount() {
    return parameters().count();
  }
}
