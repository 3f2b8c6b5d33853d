package dev.jacquard.models.vq;

import dev.jacquard.models.quantizer.CodeUsage;
import dev.jacquard.models.quantizer.Quantized;
import dev.jacquard.models.quantizer.Quantizer;
import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.layer.Conv2d;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;

/// Encoder, quantizer and decoder together.
///
/// ```text
/// image [B, C, H, W] -> encoder -> quant_conv [B, d, h, w] -> quantizer -> post_quant_conv -> decoder
/// ```
public final class VqModel implements Module {
  /// Indices that the buffer `quantize.codebook_used` remembers, as in LlamaGen's files.
  public static final int USAGE_WINDOW = 65_536;

  private final Parameters parameters;
  private final VqConfig config;
  private final VqEncoder encoder;
  private final Conv2d before;
  private final Quantizer quantizer;
  private final Tensor used;
  private final Conv2d after;
  private final VqDecoder decoder;

  /// Builds the model.
  ///
  /// @param config sizes
  /// @param p where the parameters come from
  public VqModel(VqConfig config, Parameters p) {
    this.parameters = p;
    this.config = config;
    int d = config.quantizer().dim();
    this.encoder = new VqEncoder(p.at("encoder"), config);
    this.decoder = new VqDecoder(p.at("decoder"), config);
    this.quantizer = config.quantizer().create(p.at("quantize"));
    this.used = p.at("quantize").buffer("codebook_used", DType.F32, Shape.of(USAGE_WINDOW), 0);
    int kernel = config.quantizer().kernel();
    this.before = Conv2d.same(p.at("quant_conv"), config.zChannels(), d, kernel);
    this.after = Conv2d.same(p.at("post_quant_conv"), d, config.zChannels(), kernel);
  }

  /// What comes out of a pass.
  ///
  /// @param reconstruction `[B, C, H, W]`
  /// @param quantized codes, indices and losses
  public record Pass(Tensor reconstruction, Quantized quantized) {}

  /// Sizes.
  ///
  /// @return what the constructor got
  public VqConfig config() {
    return config;
  }

  /// What makes codes of latents.
  ///
  /// @return the quantizer
  public Quantizer quantizer() {
    return quantizer;
  }

  /// Pictures to latents.
  ///
  /// @param images `[B, C, H, W]`, in `[-1, 1]`
  /// @return `[B, d, h, w]`, not yet quantised
  /// @throws ShapeException if a side is no multiple of the stride
  public Tensor encode(Tensor images) {
    return encode(images, ActivationListener.NONE);
  }

  /// As [#encode], with results in between.
  ///
  /// @param images `[B, C, H, W]`, in `[-1, 1]`
  /// @param listener hears of the encoder's results
  /// @return `[B, d, h, w]`, not yet quantised
  public Tensor encode(Tensor images, ActivationListener listener) {
    Shape s = images.shape();
    int stride = config.stride();
    if (s.rank() != 4
        || s.dim(1) != config.imageChannels()
        || s.dim(2) % stride != 0
        || s.dim(3) % stride != 0) {
      throw new ShapeException(
          "vq: pictures do not fit the tokenizer; %s; need [B, %d, H, W] with sides that are multiples of %d"
              .formatted(s, config.imageChannels(), stride));
    }
    return before.forward(encoder.forward(images, listener));
  }

  /// Quantised latents to pictures.
  ///
  /// @param codes `[B, d, h, w]`
  /// @return `[B, C, H, W]`, about `[-1, 1]`
  public Tensor decode(Tensor codes) {
    return decode(codes, ActivationListener.NONE);
  }

  /// As [#decode], with results in between.
  ///
  /// @param codes `[B, d, h, w]`
  /// @param listener hears of the decoder's results
  /// @return `[B, C, H, W]`, about `[-1, 1]`
  public Tensor decode(Tensor codes, ActivationListener listener) {
    return decoder.forward(widened(codes, listener), listener);
  }

  private Tensor widened(Tensor codes, ActivationListener listener) {
    Tensor z = after.forward(codes);
    listener.onActivation("post_quant_conv", z);
    return z;
  }

  /// Indices to pictures.
  ///
  /// @param indices i32, of the shape that the quantizer returns, mostly `[B, h, w]`
  /// @return `[B, C, H, W]`, about `[-1, 1]`
  public Tensor decodeIndices(Tensor indices) {
    return decode(quantizer.lookup(indices));
  }

  /// Pictures to codes and back.
  ///
  /// @param images `[B, C, H, W]`, in `[-1, 1]`
  /// @return reconstruction, codes and losses
  public Pass forward(Tensor images) {
    Quantized quantized = quantizer.quantize(encode(images));
    return new Pass(decode(quantized.values()), quantized);
  }

  /// What training needs of a pass.
  ///
  /// @param features `[B, F, H, W]`, before the last convolution
  /// @param reconstruction `[B, C, H, W]`
  /// @param quantized codes, indices and losses
  record TrainingPass(Tensor features, Tensor reconstruction, Quantized quantized) {}

  /// As [#forward], of a batch of training: codebooks learn, and usage is counted.
  TrainingPass train(Tensor images, RandomStream random) {
    Quantized quantized = quantizer.train(encode(images), random);
    countUse(quantized.indices().toInts());
    ActivationListener none = ActivationListener.NONE;
    Tensor features = decoder.beforeLast(widened(quantized.values(), none), none);
    return new TrainingPass(features, decoder.last().forward(features), quantized);
  }

  /// The convolution that makes pictures of features.
  Conv2d lastConvolution() {
    return decoder.last();
  }

  /// Takes indices into the buffer `codebook_used`, where the oldest fall out.
  ///
  /// @param indices of one batch
  public void countUse(int... indices) {
    float[] window = used.toFloats();
    int taken = Math.min(indices.length, window.length);
    System.arraycopy(window, taken, window, 0, window.length - taken);
    for (int i = 0; i < taken; i++) {
      window[window.length - taken + i] = indices[indices.length - taken + i];
    }
    used.copyFrom(window);
  }

  /// The last indices of training. The buffer starts at zeros, so code 0 counts as used early on.
  ///
  /// @param last how many, at most [#USAGE_WINDOW]
  /// @return usage over so many indices
  public CodeUsage usage(int last) {
    float[] window = used.toFloats();
    CodeUsage usage = new CodeUsage(quantizer.codebookSize(), last);
    for (int i = window.length - last; i < window.length; i++) {
      usage.add((int) window[i]);
    }
    return usage;
  }

  /// The last indices of training that belong to one part of every picture.
  ///
  /// @param pictures how many pictures back
  /// @param length indices of a picture
  /// @param from first index of the part
  /// @param to one after its last
  /// @return usage over so many indices
  CodeUsage usage(int pictures, int length, int from, int to) {
    float[] window = used.toFloats();
    CodeUsage usage = new CodeUsage(quantizer.codebookSize(), pictures * (to - from));
    for (int p = 1; p <= pictures; p++) {
      for (int i = from; i < to; i++) {
        usage.add((int) window[window.length - p * length + i]);
      }
    }
    return usage;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
