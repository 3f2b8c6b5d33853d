package dev.jacquard.models.jpeglm;

import dev.jacquard.jpeg.JpegException;
import dev.jacquard.models.GeneratedImage;
import dev.jacquard.models.GenerationConfig;
import dev.jacquard.models.GenerationListener;
import dev.jacquard.models.ImageModel;
import dev.jacquard.models.data.ImageSet;
import dev.jacquard.models.data.ImageTransform;
import dev.jacquard.models.data.Picture;
import dev.jacquard.models.eval.StreamStatistics;
import dev.jacquard.models.sampling.DecodingLoop;
import dev.jacquard.models.sampling.LlamaSequenceModel;
import dev.jacquard.models.sampling.LogitsProcessor;
import dev.jacquard.models.sampling.PlainLoop;
import dev.jacquard.models.tokenizer.BytePairTokenizer;
import dev.jacquard.models.tokenizer.ByteStreamTokenizer;
import dev.jacquard.models.tokenizer.ByteTokenizer;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.block.LlamaModel;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.SafetensorsReader;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.random.RandomStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// A trained JPEG-LM: draws pictures by writing the bytes of their files.
///
/// ```java
/// try (Backend backend = Backends.cpu();
///     JpegLm model = JpegLm.load(folder, backend)) {
///   ...
/// }
/// ```
public final class JpegLm implements ImageModel {
  private static final int VALIDITY_SAMPLES = 200;
  private static final List<String> VALIDITIES = List.of("validity", "plain_validity");
  private static final List<String> METRICS =
      List.of(
          "bits_per_byte",
          "order0_bits_per_byte",
          "gzip_bits_per_byte",
          "xz_bits_per_byte",
          "bytes_per_image",
          "tokens_per_image",
          "validity",
          "plain_validity");

  private final TensorScope memory;
  private final JpegLmConfig config;
  private final LlamaModel llama;
  private final JpegTokenizer tokenizer;
  private final JpegValidity validity;
  private final StreamGrammar grammar;
  private final GenerationConfig generation;

  private JpegLm(
      TensorScope memory,
      JpegLmConfig config,
      LlamaModel llama,
      JpegTokenizer tokenizer,
      GenerationConfig generation) {
    this.memory = memory;
    this.config = config;
    this.llama = llama;
    this.tokenizer = tokenizer;
    this.validity = new JpegValidity(tokenizer.streams());
    this.grammar = new StreamGrammar(tokenizer.streams(), tokenizer.bytes());
    this.generation = generation;
  }

  /// Loads a model folder: `config.json`, `model.safetensors`, and `tokenizer.json` if tokens are
  /// byte pairs.
  ///
  /// @param folder the model
  /// @param backend who computes
  /// @return the model, closed by the caller
  /// @throws IOException if a file is missing or malformed; names it
  public static JpegLm load(Path folder, Backend backend) throws IOException {
    JpegLmConfig config = JpegLmConfig.read(folder);
    JpegTokenizer tokenizer =
        new JpegTokenizer(new JpegStream(config.format()), byteTokenizer(folder));
    if (tokenizer.vocabSize() != config.llama().vocabSize()) {
      throw new CheckpointException(
          "tokenizer has %d tokens; the model has %d"
              .formatted(tokenizer.vocabSize(), config.llama().vocabSize()),
          folder.toString());
    }
    GenerationConfig generation = GenerationConfig.read(folder);
    TensorScope memory = TensorScope.open("model " + folder.getFileName());
    try (Checkpoint reader = SafetensorsReader.open(folder.resolve("model.safetensors"))) {
      LlamaModel llama =
          memory.within(() -> new LlamaModel(config.llama(), Parameters.random(backend, 0)));
      llama.parameters().load(reader.stateDict(backend));
      memory.within(
          () -> {
            llama.pack();
            return 0;
          });
      return new JpegLm(memory, config, llama, tokenizer, generation);
    } catch (IOException | RuntimeException e) {
      memory.close();
      throw e;
    }
  }

  /// The tokens of a model folder: byte pairs if there is a file of them, else bytes.
  static ByteStreamTokenizer byteTokenizer(Path folder) throws IOException {
    Path file = folder.resolve("tokenizer.json");
    return Files.exists(file) ? BytePairTokenizer.load(file) : new ByteTokenizer();
  }

  @Override
  public GenerationConfig generationConfig() {
    return generation;
  }

  @Override
  public List<GeneratedImage> generate(Request request, GenerationListener listener) {
    return draw(tokenizer.prompt(new byte[0]), request, listener);
  }

  @Override
  public List<GeneratedImage> complete(
      Picture picture, double keep, Request request, GenerationListener listener) {
    byte[] stream = tokenizer.streams().encode(fitted(picture));
    byte[] prefix = new JpegPrefix(config.format()).keep(stream, keep);
    return draw(tokenizer.prompt(prefix), request, listener);
  }

  @Override
  public Picture fit(Picture picture) {
    try {
      return tokenizer.streams().decode(tokenizer.streams().encode(fitted(picture)));
    } catch (IOException e) { // what we encoded ourselves decodes
      throw new AssertionError(e);
    }
  }

  @Override
  public Map<String, Double> evaluate(ImageSet pictures, List<String> metrics) throws IOException {
    for (String metric : metrics) {
      if (!METRICS.contains(metric)) {
        throw new IllegalArgumentException(
            "eval: unknown metric \"%s\"; have %s".formatted(metric, METRICS));
      }
    }
    List<String> wanted = metrics.isEmpty() ? METRICS : metrics;
    Map<String, Double> values = new LinkedHashMap<>();
    if (!VALIDITIES.containsAll(wanted)) {
      values.putAll(streamMetrics(pictures));
    }
    if (wanted.contains("validity")) {
      values.put("validity", validity(generation));
    }
    if (wanted.contains("plain_validity")) {
      values.put("plain_validity", validity(GenerationConfig.PLAIN));
    }
    values.keySet().retainAll(wanted);
    return values;
  }

  /// What the model and the general compressors make of the pictures' streams, in bits per byte of
  /// stream.
  private Map<String, Double> streamMetrics(ImageSet pictures) throws IOException {
    List<byte[]> streams = new ArrayList<>();
    for (int i = 0; i < pictures.size(); i++) {
      streams.add(tokenizer.streams().encode(fitted(pictures.image(i))));
    }
    Likelihood.Result result = new Likelihood(llama, tokenizer).of(streams);
    StreamStatistics statistics = StreamStatistics.of(streams);
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("bits_per_byte", result.bitsPerByte());
    values.put("order0_bits_per_byte", statistics.entropy());
    values.put("gzip_bits_per_byte", statistics.gzipBitsPerByte());
    values.put("xz_bits_per_byte", statistics.xzBitsPerByte().orElse(Double.NaN));
    values.put("bytes_per_image", (double) result.bytes() / streams.size());
    values.put("tokens_per_image", (double) result.tokens() / streams.size());
    return values;
  }

  /// Share of 200 pictures, drawn from nothing and without grammar, that are whole files without
  /// repair.
  private double validity(GenerationConfig config) {
    Request request = new Request(VALIDITY_SAMPLES, 50, config.options(0), new PlainLoop());
    List<GeneratedImage> images = generate(request, GenerationListener.NONE);
    return images.stream().filter(GeneratedImage::isComplete).count() / (double) images.size();
  }

  /// What the model is.
  ///
  /// @return sizes and stream format
  public JpegLmConfig config() {
    return config;
  }

  /// Pictures to tokens and back.
  ///
  /// @return the tokenizer
  public JpegTokenizer tokenizer() {
    return tokenizer;
  }

  /// The network.
  ///
  /// @return valid until this model is closed
  public LlamaModel llama() {
    return llama;
  }

  @Override
  public void close() {
    memory.close();
  }

  private Picture fitted(Picture picture) {
    StreamFormat format = config.format();
    return ImageTransform.fit(format.width(), format.height(), format.components()).apply(picture);
  }

  private List<GeneratedImage> draw(int[] prompt, Request request, GenerationListener listener) {
    Progress progress = new Progress(listener);
    List<GeneratedImage> images = new ArrayList<>();
    while (images.size() < request.count() && !progress.cancelled) {
      int batch = Math.min(request.batch(), request.count() - images.size());
      progress.startBatch(images.size(), batch, prompt);
      List<int[]> sequences =
          request
              .loop()
              .generate(
                  new LlamaSequenceModel(llama),
                  sequences(prompt, request, images.size(), batch),
                  progress);
      for (int[] tokens : sequences) {
        if (!progress.cancelled || ended(tokens)) {
          images.add(image(tokens, prompt.length));
        }
      }
    }
    return images;
  }

  private DecodingLoop.Request sequences(int[] prompt, Request request, int first, int batch) {
    RandomStream random = RandomStream.of(request.sampling().seed()).split("sampling");
    return new DecodingLoop.Request(
        Collections.nCopies(batch, prompt),
        ByteStreamTokenizer.END,
        config.llama().maxSeqLen(),
        processors(request, batch),
        request.sampling().sampler(),
        IntStream.range(first, first + batch).mapToObj(random::split).toList());
  }

  private List<LogitsProcessor> processors(Request request, int batch) {
    List<LogitsProcessor> processors = new ArrayList<>();
    if (request.grammar()) {
      processors.add(new GrammarFilter(grammar, batch, config.llama().maxSeqLen()));
    }
    processors.addAll(request.sampling().processors());
    return processors;
  }

  private static boolean ended(int[] tokens) {
    return tokens[tokens.length - 1] == ByteStreamTokenizer.END;
  }

  /// Adds up over batches what a loop reports of one, and shows what is drawn.
  private final class Progress implements DecodingLoop.Listener {
    private final GenerationListener listener;
    private long tokensBefore;
    private long tokens;
    private int finishedBefore;
    private int batch;
    private int[][] sequences = {};
    private int[] lengths = {};
    private boolean cancelled;

    Progress(GenerationListener listener) {
      this.listener = listener;
    }

    void startBatch(int finished, int size, int[] prompt) {
      tokensBefore = tokens;
      finishedBefore = finished;
      batch = size;
      sequences = Collections.nCopies(size, prompt).toArray(int[][]::new);
      lengths = new int[size];
      Arrays.fill(lengths, prompt.length);
    }

    @Override
    public void onTokens(int sequence, int[] tokensSoFar, int length) {
      sequences[sequence] = tokensSoFar;
      lengths[sequence] = length;
    }

    /// What is known of each picture: an unfinished stream decodes to a picture that is grey where
    /// nothing has been written yet.
    private List<Picture> previews() {
      return IntStream.range(0, batch)
          .mapToObj(b -> picture(tokenizer.stream(Arrays.copyOf(sequences[b], lengths[b]))))
          .toList();
    }

    @Override
    public boolean onStep(long batchTokens, int running) {
      tokens = tokensBefore + batchTokens;
      listener.onPreview(finishedBefore, this::previews);
      cancelled = !listener.onProgress(tokens, finishedBefore + batch - running);
      return !cancelled;
    }
  }

  private GeneratedImage image(int[] tokens, int promptLength) {
    byte[] stream = tokenizer.stream(tokens);
    boolean complete = ended(tokens) && validity.isComplete(stream);
    byte[] file = tokenizer.streams().toFile(tokenizer.streams().repair(stream));
    return new GeneratedImage(picture(stream), file, "jpg", tokens.length - promptLength, complete);
  }

  /// What can be seen of a stream: all grey if it is so broken that nothing decodes.
  private Picture picture(byte[] stream) {
    if (validity.hasHeader(stream)) { // else the stream may claim any size
      try {
        return tokenizer.streams().decode(stream);
      } catch (JpegException _) { // an unfinished model writes anything
        return grey();
      }
    }
    return grey();
  }

  private Picture grey() {
    StreamFormat format = config.format();
    byte[] samples = new byte[format.width() * format.height() * format.components()];
    Arrays.fill(samples, (byte) 0x80);
    return new Picture(format.width(), format.height(), format.components(), samples);
  }
}
