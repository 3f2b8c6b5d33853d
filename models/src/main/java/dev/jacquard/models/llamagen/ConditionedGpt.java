package dev.jacquard.models.llamagen;

import dev.jacquard.models.llamagen.LlamaGenConfig.Kind;
import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.shape.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A GPT and what turns classes or captions into its conditions.
///
/// Parameters: those of the GPT, and `text_encoder` if there is one that is trained with it.
public final class ConditionedGpt implements Module {
  /// Where the encoder's parameters lie that is trained with the GPT.
  static final String ENCODER = "text_encoder";

  private final Parameters parameters;
  private final CodePredictor predictor;
  private final @Nullable CaptionEncoder encoder;

  /// Builds a GPT and, if it draws from captions, the small encoder that is trained with it.
  ///
  /// @param folder sizes
  /// @param p where the parameters come from
  public ConditionedGpt(LlamaGenFolder folder, Parameters p) {
    this(
        folder.system().network(folder.gpt(), p),
        folder.gpt().kind() == Kind.CAPTION
            ? new ByteTextEncoder(folder.encoder(), p.at(ENCODER))
            : null);
  }

  /// Puts both together.
  ///
  /// @param predictor the network
  /// @param encoder reads captions, if it draws from them; not closed here
  public ConditionedGpt(CodePredictor predictor, @Nullable CaptionEncoder encoder) {
    this.parameters = predictor.parameters();
    this.predictor = predictor;
    this.encoder = encoder;
  }

  /// What a picture is of: a class and a caption, of which the model reads one.
  ///
  /// @param label number of the class; -1 for none
  /// @param caption any text
  /// @param isDropped whether the model is to learn what pictures look like without condition
  public record Subject(int label, String caption, boolean isDropped) {}

  /// Makes conditions.
  ///
  /// @param subjects one for each picture
  /// @return what the GPT takes, and which tokens of it count
  public ByteTextEncoder.Encoded conditions(List<Subject> subjects) {
    if (encoder == null) {
      return new ByteTextEncoder.Encoded(classes(subjects), CaptionMask.NONE);
    }
    ByteTextEncoder.Encoded encoded =
        encoder.encode(subjects.stream().map(Subject::caption).toList());
    if (subjects.stream().noneMatch(Subject::isDropped)) {
      return encoded;
    }
    int batch = subjects.size();
    float[] kept = new float[batch];
    float[] dropped = new float[batch];
    for (int b = 0; b < batch; b++) {
      dropped[b] = subjects.get(b).isDropped ? 1 : 0;
      kept[b] = 1 - dropped[b];
    }
    Tensor none = gpt().condition().none(batch).mul(perPicture(dropped)); // [B, K, E]
    return new ByteTextEncoder.Encoded(
        encoded.features().mul(perPicture(kept)).add(none), encoded.mask());
  }

  private Tensor perPicture(float[] values) {
    return Tensor.of(parameters.backend(), Shape.of(values.length, 1, 1), values);
  }

  private Tensor classes(List<Subject> subjects) {
    int none = gpt().config().nClasses();
    int[] labels =
        subjects.stream().mapToInt(s -> s.isDropped || s.label < 0 ? none : s.label).toArray();
    return Tensor.ofInts(parameters.backend(), Shape.of(labels.length), labels);
  }

  /// The network.
  ///
  /// @return predicts codes
  public CodePredictor predictor() {
    return predictor;
  }

  /// The GPT of the network.
  ///
  /// @return embeddings and blocks
  public LlamaGenModel gpt() {
    return predictor.gpt();
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
