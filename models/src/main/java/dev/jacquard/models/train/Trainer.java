package dev.jacquard.models.train;

import dev.jacquard.models.train.TrainingConfig.OptimizerKind;
import dev.jacquard.nn.optim.AdamW;
import dev.jacquard.nn.optim.ExponentialMovingAverage;
import dev.jacquard.nn.optim.GradientNorm;
import dev.jacquard.nn.optim.Muon;
import dev.jacquard.nn.optim.Optimizer;
import dev.jacquard.nn.optim.OptimizerGroup;
import dev.jacquard.nn.optim.Schedule;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Gradients;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.io.AtomicFiles;
import dev.jacquard.tensor.memory.TensorScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Trains a task: Muon or AdamW with cosine schedule, clipping and averaged weights; validates,
/// saves and resumes.
///
/// The folder then holds the model (the best so far by validation, or the latest where nothing is
/// held out), `checkpoint.safetensors` (everything needed to go on), `losses.csv` and `loss.png`.
/// Files are written beside their place and moved in, the checkpoint last, so a kill at any moment
/// loses at most the steps since the last checkpoint, and the resumed run ends bit for bit where
/// the unbroken one ends.
public final class Trainer {
  private final TrainingTask task;
  private final TrainingConfig config;
  private final Path folder;
  private final Schedule schedule;
  private final TrainingState state;
  private LossHistory history = new LossHistory();
  private long lastCheckpoint;

  /// Prepares a run; nothing is written yet.
  ///
  /// @param task what to train
  /// @param config how
  /// @param folder where results go
  public Trainer(TrainingTask task, TrainingConfig config, Path folder) {
    this.task = task;
    this.config = config;
    this.folder = folder;
    this.schedule =
        Schedule.cosine(
            config.learningRate(), config.warmupSteps(), config.steps(), config.minLearningRate());
    Map<String, Tensor> named = task.parameters().named();
    this.state =
        new TrainingState(
            task.parameters().state(),
            optimizer(named),
            new ExponentialMovingAverage(named, config.emaDecay()));
  }

  private Optimizer optimizer(Map<String, Tensor> parameters) {
    float decay = config.weightDecay();
    if (config.optimizer() == OptimizerKind.ADAMW) {
      return new AdamW(AdamW.decayMatricesOnly(parameters, decay), AdamW.Betas.LLAMA);
    }
    Map<String, Tensor> hidden = task.hiddenMatrices();
    Map<String, Tensor> others = new LinkedHashMap<>(parameters);
    others.keySet().removeAll(hidden.keySet());
    return new OptimizerGroup(
        List.of(
            new Muon(hidden, decay),
            new AdamW(AdamW.decayMatricesOnly(others, decay), AdamW.Betas.LLAMA)));
  }

  /// Continues from the folder's checkpoint; on an exception nothing has changed.
  ///
  /// @return number of steps done before
  /// @throws IOException if there is no checkpoint, or it belongs to another run
  public long resume() throws IOException {
    Path checkpoint = folder.resolve(TrainingState.FILE);
    long step = TrainingState.savedSteps(checkpoint, fingerprint());
    LossHistory earlier = LossHistory.read(folder.resolve("losses.csv"), step);
    state.read(checkpoint);
    history = earlier;
    lastCheckpoint = step;
    return step;
  }

  /// Whether a folder holds a run that can be continued.
  ///
  /// @param folder results of an earlier run
  /// @return true if there is a checkpoint
  public static boolean hasCheckpoint(Path folder) {
    return Files.exists(folder.resolve(TrainingState.FILE));
  }

  /// Trains until the last step, the time limit or the listener's stop, and leaves a checkpoint
  /// there.
  ///
  /// @param listener hears of each step
  /// @return the history of the whole run
  /// @throws IOException if data cannot be read or results cannot be written
  public LossHistory run(TrainingListener listener) throws IOException {
    Files.createDirectories(folder);
    long deadline = System.nanoTime() + (long) (config.minutes() * 60e9);
    boolean stop = false;
    for (long step = state.steps(); step < config.steps() && !stop; step = state.steps()) {
      LossHistory.Row row = step(step);
      boolean late = config.minutes() > 0 && System.nanoTime() > deadline;
      if (row.step() % config.checkpointEvery() == 0 || row.step() == config.steps()) {
        row = validated(row, listener);
        save(row);
        stop = !listener.onStep(row) || late;
      } else {
        history.add(row);
        stop = !listener.onStep(row) || late;
        if (stop) {
          writeState();
        }
      }
    }
    return history;
  }

  private LossHistory.Row step(long step) throws IOException {
    double rate = schedule.at(step);
    Collection<Tensor> parameters = task.parameters().named().values();
    LossHistory.Row row =
        TensorScope.call(
            "training step",
            () -> {
              Tape tape = new Tape();
              Tensor loss = finite(step, () -> tape.call(() -> task.loss(step)));
              Gradients gradients = tape.backward(loss);
              double norm = GradientNorm.of(parameters, gradients);
              requireFinite(step, loss, norm, gradients);
              float clip = GradientNorm.clipFactor(norm, config.clipNorm());
              state.optimizer().step(gradients, rate, clip);
              return new LossHistory.Row(step + 1, loss.item(), rate, norm, Double.NaN);
            });
    if (config.emaDecay() > 0) {
      state.averages().update();
    }
    return row;
  }

  private interface Loss {
    Tensor compute() throws IOException;
  }

  private Tensor finite(long step, Loss loss) throws IOException {
    try {
      return loss.compute();
    } catch (NotFiniteException e) {
      requireFiniteParameters(step);
      throw stopped(step, String.valueOf(e.getMessage()));
    }
  }

  private void requireFiniteParameters(long step) {
    for (Map.Entry<String, Tensor> entry : task.parameters().named().entrySet()) {
      if (!NotFiniteException.isFinite(entry.getValue())) {
        throw stopped(step, "parameter \"" + entry.getKey() + "\" is not finite");
      }
    }
  }

  /// Stops before anything is changed by a loss or gradient that is no number.
  private void requireFinite(long step, Tensor loss, double norm, Gradients gradients) {
    if (Float.isFinite(loss.item()) && Double.isFinite(norm)) {
      return;
    }
    requireFiniteParameters(step);
    if (!Float.isFinite(loss.item())) {
      throw stopped(step, "the loss is " + loss.item());
    }
    for (Map.Entry<String, Tensor> entry : task.parameters().named().entrySet()) {
      if (gradients.has(entry.getValue())
          && !NotFiniteException.isFinite(gradients.of(entry.getValue()))) {
        throw stopped(step, "the gradient of \"" + entry.getKey() + "\" is not finite");
      }
    }
    throw stopped(step, "the norm of the gradients is " + norm);
  }

  private NotFiniteException stopped(long step, String what) {
    String left =
        lastCheckpoint > 0
            ? "the checkpoint of step " + lastCheckpoint + " is whole; --resume goes on from there"
            : "there is no checkpoint yet";
    return new NotFiniteException(
        "train: no finite number at step %d; %s; %s; try a lower learning rate"
            .formatted(step + 1, what, left));
  }

  private LossHistory.Row validated(LossHistory.Row row, TrainingListener listener)
      throws IOException {
    double validation =
        withSavedWeights(
            () -> {
              listener.onReport(row.step(), task.report(folder, row.step()));
              return task.validate();
            });
    return new LossHistory.Row(
        row.step(), row.loss(), row.learningRate(), row.gradientNorm(), validation);
  }

  private void save(LossHistory.Row row) throws IOException {
    double before = history.bestValidation();
    boolean unjudged =
        Double.isNaN(row.validation()) && Double.isInfinite(before); // nothing held out
    boolean best = row.validation() < before || unjudged;
    history.add(row);
    if (best || !Files.exists(folder.resolve("model.safetensors"))) {
      withSavedWeights(
          () -> {
            task.export(folder);
            return 0.0;
          });
    }
    writeState();
  }

  private void writeState() throws IOException {
    history.write(folder.resolve("losses.csv"));
    AtomicFiles.write(
        folder.resolve("loss.png"),
        LossCurve.png(history, folder.toAbsolutePath().getFileName() + "", task.validationUnit()));
    state.write(folder.resolve(TrainingState.FILE), fingerprint());
    lastCheckpoint = state.steps();
  }

  private String fingerprint() {
    return task.fingerprint() + " | " + config.fingerprint();
  }

  private interface Measurement {
    double run() throws IOException;
  }

  /// Runs with the averaged weights in place of the trained ones, if averages are kept.
  private double withSavedWeights(Measurement body) throws IOException {
    if (config.emaDecay() == 0) {
      return body.run();
    }
    try (TensorScope scope = TensorScope.open("averaged weights")) {
      List<Tensor> trained = new ArrayList<>();
      Map<String, Tensor> averages = state.averages().averages();
      Map<String, Tensor> parameters = task.parameters().named();
      scope.within(
          () -> {
            parameters.values().forEach(p -> trained.add(Tensor.emptyLike(p).copyFrom(p)));
            return 0;
          });
      copy(averages.values(), parameters.values());
      try {
        return body.run();
      } finally {
        copy(trained, parameters.values());
      }
    }
  }

  private static void copy(Collection<Tensor> from, Collection<Tensor> to) {
    var source = from.iterator();
    to.forEach(tensor -> tensor.copyFrom(source.next()));
  }
}
