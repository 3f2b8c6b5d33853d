package dev.jacquard.models.llamagen;

import dev.jacquard.models.CodedPicture;
import dev.jacquard.models.llamagen.ConditionedGpt.Subject;
import dev.jacquard.nn.layer.Dropout;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.List;

/// How well a GPT predicts the codes of pictures.
///
/// @param network GPT and conditions
record CodeLikelihood(ConditionedGpt network) {
  private static final int BATCH = 16;

  /// The loss of some pictures.
  ///
  /// @param pictures a batch
  /// @param dropProbability how often a picture loses its condition
  /// @param random decides that
  /// @param dropout of activations
  /// @return scalar `[]`, nats for each code
  Tensor loss(
      List<CodedPicture> pictures, double dropProbability, RandomStream random, Dropout dropout) {
    int tokens = network.predictor().config().imageTokens();
    int[] flat = new int[pictures.size() * tokens];
    List<Subject> subjects = new ArrayList<>();
    for (int b = 0; b < pictures.size(); b++) {
      CodedPicture picture = pictures.get(b);
      System.arraycopy(picture.codes(), 0, flat, b * tokens, tokens);
      boolean isDropped = dropProbability > 0 && random.uniformDouble(b) < dropProbability;
      subjects.add(new Subject(picture.label(), picture.caption(), isDropped));
    }
    Tensor ids =
        Tensor.ofInts(
            network.parameters().backend(), Shape.of(pictures.size(), tokens), flat); // [B, N]
    ByteTextEncoder.Encoded encoded = network.conditions(subjects);
    return network.predictor().loss(encoded.features(), ids, ids, encoded.mask(), dropout);
  }

  /// Mean over all codes.
  ///
  /// @param pictures at least one
  /// @return bits for each code, with the condition
  double bitsPerCode(List<CodedPicture> pictures) {
    double nats = 0;
    for (int from = 0; from < pictures.size(); from += BATCH) {
      List<CodedPicture> some = pictures.subList(from, Math.min(pictures.size(), from + BATCH));
      nats +=
          some.size()
              * TensorScope.<Double, RuntimeException>call(
                  "likelihood",
                  () -> (double) loss(some, 0, RandomStream.of(0), Dropout.NONE).item());
    }
    return nats / pictures.size() / Math.log(2);
  }
}
