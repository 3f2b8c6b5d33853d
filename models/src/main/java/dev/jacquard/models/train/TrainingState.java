package dev.jacquard.models.train;

import dev.jacquard.nn.optim.ExponentialMovingAverage;
import dev.jacquard.nn.optim.Optimizer;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.SafetensorsReader;
import dev.jacquard.tensor.io.SafetensorsWriter;
import dev.jacquard.tensor.io.StateDict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// Everything that a run needs to go on: parameters with buffers, moments, averages and the number
/// of steps, as one file.
record TrainingState(
    Map<String, Tensor> parameters, Optimizer optimizer, ExponentialMovingAverage averages) {
  static final String FILE = "checkpoint.safetensors";

  long steps() {
    return optimizer.steps();
  }

  void write(Path file, String fingerprint) throws IOException {
    StateDict dict = new StateDict(file.toString());
    tensors().forEach(dict::put);
    new SafetensorsWriter()
        .metadata("step", Long.toString(steps()))
        .metadata("run", fingerprint)
        .write(file, dict);
  }

  /// Number of steps of a saved state, after checking that it belongs to this run.
  static long savedSteps(Path file, String fingerprint) throws IOException {
    try (Checkpoint reader = SafetensorsReader.open(file)) {
      String run = reader.metadata().getOrDefault("run", "nothing said");
      if (!run.equals(fingerprint)) {
        throw new CheckpointException(
            "belongs to another run; it was trained with \"%s\"; this run has \"%s\""
                .formatted(run, fingerprint),
            file.toString());
      }
      return step(reader, file);
    }
  }

  /// Restores everything; on an exception nothing has changed.
  void read(Path file) throws IOException {
    try (Checkpoint reader = SafetensorsReader.open(file)) {
      long step = step(reader, file);
      StateDict saved = reader.stateDict(backend());
      Map<String, Tensor> live = tensors();
      for (Map.Entry<String, Tensor> entry : live.entrySet()) {
        saved.get(entry.getKey(), entry.getValue().shape());
      }
      for (Map.Entry<String, Tensor> entry : live.entrySet()) {
        entry.getValue().copyFrom(saved.get(entry.getKey()));
      }
      optimizer.resumeAt(step);
      averages.resumeAt(step);
    }
  }

  private static long step(Checkpoint reader, Path file) throws CheckpointException {
    try {
      return Long.parseLong(reader.metadata().getOrDefault("step", ""));
    } catch (NumberFormatException e) {
      throw new CheckpointException(
          "no number of steps in the metadata; no training checkpoint", file.toString());
    }
  }

  private Backend backend() {
    return parameters.values().iterator().next().backend();
  }

  private Map<String, Tensor> tensors() {
    Map<String, Tensor> all = new LinkedHashMap<>();
    parameters.forEach((name, p) -> all.put("parameter." + name, p));
    all.putAll(optimizer.state());
    averages.averages().forEach((name, average) -> all.put("average." + name, average));
    return all;
  }
}
