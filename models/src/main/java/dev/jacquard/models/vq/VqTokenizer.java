package dev.jacquard.models.vq;

import dev.jacquard.models.ConfigFile;
import dev.jacquard.models.TokenizerModel;
import dev.jacquard.models.data.ImageSet;
import dev.jacquard.models.data.ImageTransform;
import dev.jacquard.models.data.Picture;
import dev.jacquard.models.data.PictureTensors;
import dev.jacquard.models.eval.ImageQuality;
import dev.jacquard.models.quantizer.CodeUsage;
import dev.jacquard.models.quantizer.Quantizer;
import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.Checkpoints;
import dev.jacquard.tensor.io.StateDict;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.shape.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// A trained tokenizer: pictures of one size to a grid of codes and back.
///
/// ```java
/// try (Backend backend = Backends.cpu();
///     VqTokenizer tokenizer = VqTokenizer.load(folder, backend)) {
///   int[] codes = tokenizer.encode(tokenizer.fit(picture));
///   Picture again = tokenizer.decode(codes);
/// }
/// ```
public final class VqTokenizer implements TokenizerModel {
  private static final int PUBLISHED_SIDE = 256;
  private static final int BATCH = 16;
  private static final int HASH_DIGITS = 12;
  private static final List<String> METRICS = List.of("psnr", "ssim", "code_share", "perplexity");

  private final TensorScope memory;
  private final VqModel model;
  private final Backend backend;
  private final int width;
  private final int height;
  private final String hash;

  private VqTokenizer(
      TensorScope memory, VqModel model, Backend backend, int width, int height, String hash) {
    this.memory = memory;
    this.model = model;
    this.backend = backend;
    this.width = width;
    this.height = height;
    this.hash = hash;
  }

  /// Loads a model folder with `config.json` and `model.safetensors`, or a published file such as
  /// `vq_ds16_c2i.pt`, whose sizes follow from its tensors and whose pictures are 256x256.
  ///
  /// @param path a folder or a file
  /// @param backend who computes
  /// @return the tokenizer, closed by the caller
  /// @throws IOException if something is missing or malformed; names it
  public static VqTokenizer load(Path path, Backend backend) throws IOException {
    if (Files.isRegularFile(path)) {
      return load(path, VqTokenizer::published, backend);
    }
    Path config = path.resolve("config.json");
    return load(
        path.resolve("model.safetensors"),
        (checkpoint, computing) -> {
          ConfigFile file = ConfigFile.read(config);
          return new Content(
              VqConfig.read(file),
              VqWeights.of(checkpoint, computing),
              file.intValue("width"),
              file.intValue("height"));
        },
        backend);
  }

  private static Content published(Checkpoint checkpoint, Backend backend)
      throws CheckpointException {
    StateDict state = VqWeights.of(checkpoint, backend);
    return new Content(VqWeights.config(state), state, PUBLISHED_SIDE, PUBLISHED_SIDE);
  }

  /// What a file holds of a tokenizer.
  ///
  /// @param config its sizes
  /// @param weights under the names of [VqModel], live until the file is closed
  /// @param width of its pictures
  /// @param height of its pictures
  public record Content(VqConfig config, StateDict weights, int width, int height) {}

  /// How a tokenizer lies in a file.
  @FunctionalInterface
  public interface Layout {
    /// Finds it.
    ///
    /// @param file an open checkpoint
    /// @param backend who computes
    /// @return sizes and weights
    /// @throws IOException if the file holds none of this form
    Content read(Checkpoint file, Backend backend) throws IOException;
  }

  /// Loads a file of any form.
  ///
  /// @param weights the file
  /// @param layout how the tokenizer lies in it
  /// @param backend who computes
  /// @return the tokenizer, closed by the caller
  /// @throws IOException if something is missing or malformed; names it
  public static VqTokenizer load(Path weights, Layout layout, Backend backend) throws IOException {
    String hash = hash(weights);
    TensorScope memory = TensorScope.open("tokenizer " + weights);
    try (Checkpoint checkpoint = Checkpoints.open(weights)) {
      return memory.within(
          () -> {
            Content content = layout.read(checkpoint, backend);
            requireGrid(content, weights);
            VqModel model = new VqModel(content.config, Parameters.random(backend, 0));
            model.parameters().load(content.weights);
            return new VqTokenizer(memory, model, backend, content.width, content.height, hash);
          });
    } catch (IOException | RuntimeException e) {
      memory.close();
      throw e;
    }
  }

  private static void requireGrid(Content content, Path file) throws CheckpointException {
    int width = content.width;
    int height = content.height;
    VqConfig config = content.config;
    int stride = config.stride();
    if (width < 1 || height < 1 || width % stride != 0 || height % stride != 0) {
      throw new CheckpointException(
          "width %d and height %d are no multiples of the stride, %d"
              .formatted(width, height, stride),
          file.toString());
    }
    if (!config.quantizer().fits(height / stride, width / stride)) {
      throw new CheckpointException(
          "scales %s do not end at the tokenizer's grid; %d rows of %d; need a square grid, and its side as the last scale"
              .formatted(config.quantizer().levels(), height / stride, width / stride),
          file.toString());
    }
  }

  private static String hash(Path file) throws IOException {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha)) {
        in.transferTo(java.io.OutputStream.nullOutputStream());
      }
      return HexFormat.of().formatHex(sha.digest()).substring(0, HASH_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /// The network.
  ///
  /// @return valid until this is closed
  public VqModel model() {
    return model;
  }

  @Override
  public int vocabSize() {
    return model.quantizer().codebookSize();
  }

  @Override
  public int gridRows() {
    return height / model.config().stride();
  }

  @Override
  public int gridColumns() {
    return width / model.config().stride();
  }

  @Override
  public int length() {
    return (int) indexShape(1).numel();
  }

  private Shape indexShape(int pictures) {
    return model.quantizer().indexShape(pictures, gridRows(), gridColumns());
  }

  @Override
  public String hash() {
    return hash;
  }

  @Override
  public float[][] codeVectors() {
    Quantizer quantizer = model.quantizer();
    if (quantizer.indicesPerVector() != 1) {
      throw new IllegalArgumentException(
          "tokenizer: codes have no vectors of their own; %d indices a vector; need 1"
              .formatted(quantizer.indicesPerVector()));
    }
    int[] all = IntStream.range(0, vocabSize()).toArray();
    float[] flat =
        TensorScope.call(
            "codes",
            () -> quantizer.lookup(Tensor.ofInts(backend, Shape.of(all.length), all)).toFloats());
    int width = quantizer.dim();
    return Arrays.stream(all)
        .mapToObj(code -> Arrays.copyOfRange(flat, code * width, (code + 1) * width))
        .toArray(float[][]::new);
  }

  @Override
  public Picture fit(Picture picture) {
    return ImageTransform.fit(width, height, model.config().imageChannels()).apply(picture);
  }

  @Override
  public int[] encode(Picture picture) {
    return encodeAll(List.of(picture)).getFirst();
  }

  @Override
  public Picture decode(int[] tokens) {
    return decodeAll(List.of(tokens)).getFirst();
  }

  @Override
  public List<int[]> encodeAll(List<Picture> pictures) {
    for (Picture picture : pictures) {
      int channels = model.config().imageChannels();
      if (picture.width() != width
          || picture.height() != height
          || picture.channels() != channels) {
        throw new IllegalArgumentException(
            "tokenizer: picture of %dx%dx%d; need %dx%dx%d; fit() makes one"
                .formatted(
                    picture.width(),
                    picture.height(),
                    picture.channels(),
                    width,
                    height,
                    channels));
      }
    }
    int length = length();
    List<int[]> codes = new ArrayList<>();
    for (int from = 0; from < pictures.size(); from += BATCH) {
      List<Picture> part = pictures.subList(from, Math.min(from + BATCH, pictures.size()));
      int[] all =
          TensorScope.call(
              "encode pictures",
              () -> {
                Tensor z = model.encode(PictureTensors.of(backend, part));
                return model.quantizer().quantize(z).indices().toInts();
              });
      for (int i = 0; i < part.size(); i++) {
        codes.add(Arrays.copyOfRange(all, i * length, (i + 1) * length));
      }
    }
    return codes;
  }

  @Override
  public List<Picture> decodeAll(List<int[]> codes) {
    for (int[] one : codes) {
      if (one.length != length() || Arrays.stream(one).anyMatch(k -> k < 0 || k >= vocabSize())) {
        throw new IllegalArgumentException(
            "tokenizer: no codes of this tokenizer; %d of them; need %d for a grid of %d by %d, each below %d"
                .formatted(one.length, length(), gridRows(), gridColumns(), vocabSize()));
      }
    }
    List<Picture> pictures = new ArrayList<>();
    for (int from = 0; from < codes.size(); from += BATCH) {
      List<int[]> part = codes.subList(from, Math.min(from + BATCH, codes.size()));
      int[] all = part.stream().flatMapToInt(Arrays::stream).toArray();
      pictures.addAll(
          TensorScope.call(
              "decode pictures",
              () -> {
                Tensor indices = Tensor.ofInts(backend, indexShape(part.size()), all);
                return PictureTensors.toPictures(model.decodeIndices(indices));
              }));
    }
    return pictures;
  }

  /// The pictures of latents, for models that draw those.
  ///
  /// @param latents `[B, d, h, w]`, quantised
  /// @return one picture each
  public List<Picture> pictures(Tensor latents) {
    return TensorScope.call(
        "decode latents", () -> PictureTensors.toPictures(model.decode(latents)));
  }

  @Override
  public Map<String, Double> evaluate(ImageSet pictures, List<String> metrics) throws IOException {
    for (String metric : metrics) {
      if (!METRICS.contains(metric)) {
        throw new IllegalArgumentException(
            "eval: unknown metric; \"%s\"; have %s".formatted(metric, String.join(", ", METRICS)));
      }
    }
    List<Picture> originals = new ArrayList<>();
    for (int i = 0; i < pictures.size(); i++) {
      originals.add(fit(pictures.image(i)));
    }
    List<int[]> codes = encodeAll(originals);
    List<Picture> again = decodeAll(codes);
    CodeUsage usage = new CodeUsage(vocabSize(), codes.size() * length());
    codes.forEach(usage::add);
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("psnr", ImageQuality.meanPsnr(originals, again));
    values.put("ssim", ImageQuality.meanSsim(originals, again));
    values.put("code_share", usage.share());
    values.put("perplexity", usage.perplexity());
    if (!metrics.isEmpty()) {
      values.keySet().retainAll(metrics);
    }
    return values;
  }

  @Override
  public void close() {
    memory.close();
  }
}
