package dev.jacquard.models.var;

import dev.jacquard.models.CodedPicture;
import dev.jacquard.models.quantizer.MultiScaleResidualQuantizer;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.op.CrossEntropyOp;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// How well a transformer predicts the maps of known pictures.
///
/// @param model the transformer
/// @param quantizer makes latents of tokens; gets no gradient
record MapLikelihood(VarModel model, MultiScaleResidualQuantizer quantizer) {
  /// Name of the mean over all tokens.
  static final String MEAN = "bits_per_code";

  private static final int BATCH = 16;

  /// The loss of some pictures.
  ///
  /// @param pictures a batch
  /// @param dropProbability how often a picture loses its class
  /// @param random decides that
  /// @return scalar `[]`, nats for each token of all maps
  Tensor loss(List<CodedPicture> pictures, double dropProbability, RandomStream random) {
    Tensor ids = ids(pictures);
    return model.loss(labels(pictures, dropProbability, random), latents(ids), ids);
  }

  /// Mean over all tokens, and over those of each map.
  ///
  /// @param pictures at least one
  /// @return bits for each token with its class, under `bits_per_code` and `bits_at_1x1` and so on
  Map<String, Double> bits(List<CodedPicture> pictures) {
    ScalePlan plan = model.config().plan();
    double[] nats = new double[plan.count()]; // sums over tokens
    for (int from = 0; from < pictures.size(); from += BATCH) {
      List<CodedPicture> some = pictures.subList(from, Math.min(pictures.size(), from + BATCH));
      TensorScope.run("likelihood", () -> add(some, plan, nats));
    }
    Map<String, Double> bits = new LinkedHashMap<>();
    double scale = 1 / (pictures.size() * Math.log(2));
    bits.put(MEAN, Arrays.stream(nats).sum() * scale / plan.total());
    for (int k = 0; k < plan.count(); k++) {
      ScalePlan.Size size = plan.sizes().get(k);
      String name = "bits_at_%dx%d".formatted(size.rows(), size.columns());
      bits.put(name, nats[k] * scale / plan.cells(k));
    }
    return bits;
  }

  private void add(List<CodedPicture> pictures, ScalePlan plan, double[] nats) {
    Tensor ids = ids(pictures);
    Tensor logits =
        model.logits(labels(pictures, 0, RandomStream.of(0)), latents(ids)); // [B, L, V]
    for (int k = 0; k < plan.count(); k++) {
      int begin = plan.begin(k);
      Tensor own = ids.narrow(1, begin, plan.cells(k)).contiguous(); // [B, n]
      Tensor mean = CrossEntropyOp.apply(logits.narrow(1, begin, plan.cells(k)).contiguous(), own);
      nats[k] += (double) mean.item() * pictures.size() * plan.cells(k);
    }
  }

  private Tensor ids(List<CodedPicture> pictures) {
    int[] flat = pictures.stream().flatMapToInt(p -> Arrays.stream(p.codes())).toArray();
    Shape shape = Shape.of(pictures.size(), model.config().plan().total());
    return Tensor.ofInts(model.parameters().backend(), shape, flat); // [B, L]
  }

  private Tensor labels(List<CodedPicture> pictures, double dropProbability, RandomStream random) {
    int[] labels = new int[pictures.size()];
    for (int b = 0; b < labels.length; b++) {
      int label = pictures.get(b).label();
      boolean isDropped = dropProbability > 0 && random.uniformDouble(b) < dropProbability;
      labels[b] = isDropped || label < 0 ? model.config().noClass() : label;
    }
    return Tensor.ofInts(model.parameters().backend(), Shape.of(labels.length), labels);
  }

  /// What the transformer reads: a function of the tokens alone.
  private Tensor latents(Tensor ids) {
    ScalePlan plan = model.config().plan();
    List<Tensor> maps = new ArrayList<>();
    for (int k = 0; k < plan.count(); k++) {
      maps.add(ids.narrow(1, plan.begin(k), plan.cells(k)).contiguous());
    }
    return Tape.paused(() -> ScaleInputs.of(quantizer, maps)); // [B, L - n₀, d]
  }
}
