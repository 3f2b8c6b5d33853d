package dev.jacquard.models.train;

import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.io.SafetensorsWriter;
import dev.jacquard.tensor.io.StateDict;
import dev.jacquard.tensor.shape.DType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Predicate;

/// The file `model.safetensors` of a model folder, as training leaves it: in bf16.
public final class ModelWeights {
  private ModelWeights() {}

  /// Writes it beside and moves it into place.
  ///
  /// @param folder an existing folder
  /// @param parameters of the model
  /// @param isKept by name, whether a tensor is more than a help to training
  /// @throws IOException if writing fails; an older file stays whole
  public static void write(Path folder, Parameters parameters, Predicate<String> isKept)
      throws IOException {
    StateDict weights = new StateDict("model");
    parameters
        .state()
        .forEach(
            (name, tensor) -> {
              if (isKept.test(name)) {
                weights.put(name, tensor);
              }
            });
    new SafetensorsWriter()
        .metadata("format", "pt")
        .floatsAs(DType.BF16)
        .write(folder.resolve("model.safetensors"), weights);
  }
}
