package dev.jacquard.models.train;

import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/// What is trained: a family gives the trainer its parameters, its loss and its way to be saved.
///
/// Everything random must be a function of the seed and the step, so that a resumed run repeats
/// what an unbroken one does.
public interface TrainingTask {
  /// The parameters to train.
  ///
  /// @return the same at each call
  Parameters parameters();

  /// Those parameters that are matrices from hidden states to hidden states, which
  /// [dev.jacquard.nn.optim.Muon] is made for; embeddings, output layers and gains are not.
  ///
  /// @return matrices under their names in [#parameters()]
  Map<String, Tensor> hiddenMatrices();

  /// The loss of one step's batch, computed while a tape records.
  ///
  /// @param step number of the step, from 0
  /// @return scalar `[]`
  /// @throws IOException if a picture cannot be read
  Tensor loss(long step) throws IOException;

  /// Quality on held-out data with the parameters as they are now; lower is better.
  ///
  /// @return the number, in [#validationUnit()]
  double validate();

  /// What [#validate()] measures.
  ///
  /// @return for example `"bits per byte"`
  String validationUnit();

  /// Saves a model folder with the parameters as they are now, beside what else lies there.
  ///
  /// @param folder an existing folder
  /// @throws IOException if writing fails; older files stay whole
  void export(Path folder) throws IOException;

  /// Looks at the model in the middle of training, with the parameters as they are now; called
  /// where [#validate()] is.
  ///
  /// @param folder an existing folder, for pictures
  /// @param step steps done
  /// @return figures by name; none unless a task says otherwise
  /// @throws IOException if writing fails
  default Map<String, Double> report(Path folder, long step) throws IOException {
    return Map.of();
  }

  /// Settings of model and data that must be equal for a run to be resumed.
  ///
  /// @return one line of text
  String fingerprint();
}
