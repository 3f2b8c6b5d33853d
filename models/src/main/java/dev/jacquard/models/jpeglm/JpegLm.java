package dev.jacquard.models.jpeglm;

import dev.jacquard.jpeg.JpegException;
import dev.jacquard.models.Condition;
import dev.jacquard.models.GeneratedImage;
import dev.jacquard.models.GenerationConfig;
import dev.jacquard.models.GenerationListener;
import dev.jacquard.models.ImageModel;
import dev.jacquard.models.SequenceDrawing;
import dev.jacquard.models.data.ImageSet;
import dev.jacquard.models.data.ImageTransform;
import dev.jacquard.models.data.Picture;
import dev.jacquard.models.decoding.LlamaEngine;
import dev.jacquard.models.decoding.PlainLoop;
import dev.jacquard.models.decoding.SequenceEngine;
import dev.jacquard.models.eval.StreamStatistics;
import dev.jacquard.models.llama.PublishedLlama;
import dev.jacquard.models.sampling.Guidance;
import dev.jacquard.models.sampling.LogitsProcessor;
import dev.jacquard.models.tokenizer.BytePairTokenizer;
import dev.jacquard.models.tokenizer.ByteStreamTokenizer;
import dev.jacquard.models.tokenizer.ByteTokenizer;
import dev.jacquard.nn.block.LlamaModel;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.shape.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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

  private static final long SMALL_BYTES = 1L << 28; // in f32

  /// The defaults of the script released with the paper.
  private static final GenerationConfig PAPER = new GenerationConfig(1, 50, 1);

  private final JpegLmConfig config;
  private final PublishedLlama weights;
  private final LlamaModel llama;
  private final JpegTokenizer tokenizer;
  private final JpegValidity validity;
  private final StreamGrammar grammar;
  private final GenerationConfig generation;

  private JpegLm(
      JpegLmConfig config,
      PublishedLlama weights,
      JpegTokenizer tokenizer,
      GenerationConfig generation) {
    this.config = config;
    this.weights = weights;
    this.llama = weights.model();
    this.tokenizer = tokenizer;
    this.validity = new JpegValidity(tokenizer.streams());
    this.grammar = new StreamGrammar(tokenizer.streams(), tokenizer.bytes());
    this.generation = generation;
  }

  /// Loads a model folder: one that Jacquard wrote, or one of the released form (`config.json`
  /// without a system, `tokenizer.model` or `tokenizer.json`, weights in `pytorch_model.bin` or
  /// safetensors, whole or in shards).
  ///
  /// Small models are copied to memory; the weights of large ones stay in their mapped files.
  ///
  /// @param folder the model
  /// @param backend who computes
  /// @return the model, closed by the caller
  /// @throws IOException if a file is missing or malformed; names it
  public static JpegLm load(Path folder, Backend backend) throws IOException {
    JpegLmConfig config = JpegLmConfig.read(folder);
    boolean isReleased = JpegLmConfig.isReleased(folder);
    JpegTokenizer tokenizer =
        new JpegTokenizer(
            new JpegStream(config.format()),
            isReleased ? BrailleTokenizer.ofFolder(folder) : byteTokenizer(folder));
    if (tokenizer.vocabSize() != config.llama().vocabSize()) {
      throw new CheckpointException(
          "tokenizer has %d tokens; the model has %d"
              .formatted(tokenizer.vocabSize(), config.llama().vocabSize()),
          folder.toString());
    }
    GenerationConfig generation =
        GenerationConfig.read(folder, isReleased ? PAPER : GenerationConfig.PLAIN);
    PublishedLlama weights = PublishedLlama.open(folder, backend, SMALL_BYTES);
    return new JpegLm(config, weights, tokenizer, generation);
  }

  /// The tokens of a model folder that Jacquard wrote: byte pairs if there is a file of them, else
  /// bytes.
  static ByteStreamTokenizer byteTokenizer(Path folder) throws IOException {
    Path file = folder.resolve("tokenizer.json");
    return Files.exists(file) ? BytePairTokenizer.load(file) : new ByteTokenizer();
  }

  /// The network as decoding loops see it. Beside 16-bit weights keys of 16 bits lose nothing that
  /// counts.
  private LlamaEngine engine() {
    boolean exact = llama.blocks().getFirst().attention().key().weight().dtype() == DType.F32;
    return new LlamaEngine(llama, exact ? DType.F32 : DType.BF16, LlamaEngine.PROMPT_BLOCK);
  }

  /// @throws IllegalArgumentException if the other is no JPEG-LM, or its streams or tokens differ
  @Override
  public SequenceEngine guesserFor(ImageModel larger, Condition condition, Guidance guidance) {
    if (!(larger instanceof JpegLm judge)) {
      return ImageModel.super.guesserFor(larger, condition, guidance);
    }
    if (!config.format().equals(judge.config.format()) || !tokenizer.isLike(judge.tokenizer)) {
      throw new IllegalArgumentException(
          "draft: tokens of another kind; it has %d of %s; the model %d of %s; need the same format and tokenizer"
              .formatted(
                  tokenizer.vocabSize(),
                  config.format(),
                  judge.tokenizer.vocabSize(),
                  judge.config.format()));
    }
    return engine();
  }

  @Override
  public List<String> loops() {
    return List.of("plain", "forced", "ngram", "draft", "jacobi", "sjd");
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
    weights.close();
  }

  private Picture fitted(Picture picture) {
    StreamFormat format = config.format();
    return ImageTransform.fit(format.width(), format.height(), format.components()).apply(picture);
  }

  private List<GeneratedImage> draw(int[] prompt, Request request, GenerationListener listener) {
    request.requireUnconditional(JpegLmConfig.SYSTEM);
    return new SequenceDrawing(new Streams(), request, listener)
        .draw(
            engine(),
            new SequenceDrawing.Limits(
                prompt, ByteStreamTokenizer.END, maxTokens(request), processors(request)));
  }

  private int maxTokens(Request request) {
    int context = config.llama().maxSeqLen();
    return request.maxTokens() == 0 ? context : Math.min(context, request.maxTokens());
  }

  private List<LogitsProcessor> processors(Request request) {
    List<LogitsProcessor> processors = new ArrayList<>();
    if (request.grammar()) {
      processors.add(new GrammarFilter(grammar, request.count(), maxTokens(request)));
    }
    processors.addAll(request.sampling().processors());
    return processors;
  }

  /// Sequences are the tokens of streams: an unfinished one decodes to a picture that is grey where
  /// nothing has been written yet.
  private final class Streams implements SequenceDrawing.Pictures {
    @Override
    public Picture preview(int[] tokens) {
      return picture(tokenizer.stream(tokens));
    }

    @Override
    public boolean isFinished(int[] tokens, int length) {
      return tokens[length - 1] == ByteStreamTokenizer.END;
    }

    @Override
    public GeneratedImage image(int[] tokens, int promptLength) {
      byte[] stream = tokenizer.stream(tokens);
      boolean complete = isFinished(tokens, tokens.length) && validity.isComplete(stream);
      byte[] file = tokenizer.streams().toFile(tokenizer.streams().repair(stream));
      return new GeneratedImage(
          picture(stream), file, "jpg", tokens.length - promptLength, complete);
    }
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
