package dev.jacquard.models.cli;

import dev.jacquard.models.ConfigFile;
import dev.jacquard.models.ModelFamily;
import dev.jacquard.models.Settings;
import dev.jacquard.models.data.ImageSet;
import dev.jacquard.models.data.ImageSets;
import dev.jacquard.models.registry.ModelFamilies;
import dev.jacquard.models.train.LossHistory;
import dev.jacquard.models.train.Trainer;
import dev.jacquard.models.train.TrainingConfig;
import dev.jacquard.models.train.TrainingConfig.OptimizerKind;
import dev.jacquard.models.train.TrainingListener;
import dev.jacquard.models.train.TrainingTask;
import dev.jacquard.tensor.backend.Backend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `jacquard train SYSTEM`: trains a model on pictures.
@Command(
    name = "train",
    description = "Train a model; writes checkpoints, a loss curve and a model folder.")
final class TrainCommand implements Callable<Integer> {

  @Mixin private final GlobalOptions options = new GlobalOptions();

  @Parameters(paramLabel = "SYSTEM", description = "What to train, for example jpeg-lm.")
  private String system = "";

  @Option(
      names = "--data",
      required = true,
      paramLabel = "PATH",
      description = "A folder of pictures, an IDX folder or a picture pack.")
  private Path data = Path.of("");

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "The model folder.")
  private Path out = Path.of("");

  @Option(names = "--config", paramLabel = "FILE", description = "Settings as one JSON object.")
  private @Nullable Path config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "One setting; goes before the file.")
  private Map<String, String> set = new LinkedHashMap<>();

  @Option(names = "--steps", paramLabel = "N", description = "Length of the whole run.")
  private long steps = 2000;

  @Option(
      names = "--minutes",
      paramLabel = "M",
      description = "Stop after so long; --resume goes on.")
  private double minutes;

  @Option(names = "--resume", description = "Go on from the checkpoint in --out.")
  private boolean resume;

  @Override
  public Integer call() throws IOException {
    ModelFamily family = ModelFamilies.byName(system);
    Settings settings = new Settings(settings(family));
    TrainingConfig training = trainingConfig(settings);
    ImageSet pictures = ImageSets.open(data);
    if (!resume && holdsResults()) {
      throw options.usage(
          "--out holds an earlier run; " + out + "; pass --resume or choose another folder");
    }
    try (Backend backend = options.openBackend()) {
      TrainingTask task = family.newTask(pictures, settings, options.seed(), backend);
      settings.requireAllTaken();
      train(task, training);
    }
    return ExitCode.DONE;
  }

  private void train(TrainingTask task, TrainingConfig training) throws IOException {
    Trainer trainer = new Trainer(task, training, out);
    long done = resume && Trainer.hasCheckpoint(out) ? trainer.resume() : 0;
    options
        .err()
        .printf(
            "%s: %,d parameters, steps %,d to %,d%n",
            system, task.parameters().count(), done, training.steps());
    try (Interruption interruption = new Interruption()) {
      LossHistory history;
      try (Progress progress = options.progress("training", training.steps())) {
        history =
            trainer.run(
                new TrainingListener() {
                  @Override
                  public boolean onStep(LossHistory.Row row) {
                    report(progress, row, task.validationUnit());
                    return !interruption.requested();
                  }

                  @Override
                  public void onReport(long step, Map<String, Double> figures) {
                    report(step, figures);
                  }
                });
      }
      print(task, history);
    }
  }

  private boolean holdsResults() {
    return Trainer.hasCheckpoint(out) || Files.exists(out.resolve("model.safetensors"));
  }

  private void print(TrainingTask task, LossHistory history) {
    LossHistory.Row last = history.rows().getLast();
    options.print(
        new Table("step", "loss", "best " + task.validationUnit(), "folder")
            .row(last.step(), last.loss(), history.bestValidation(), out.toString()));
  }

  private void report(Progress progress, LossHistory.Row row, String unit) {
    progress.note(String.format(Locale.ROOT, "loss %.4f", row.loss()));
    progress.stepTo(row.step());
    if (!Double.isNaN(row.validation()) && !options.isQuiet()) {
      options
          .err()
          .printf(
              Locale.ROOT,
              "step %d: loss %.4f, held-out %.4f %s%n",
              row.step(),
              row.loss(),
              row.validation(),
              unit);
    }
  }

  private void report(long step, Map<String, Double> figures) {
    if (!figures.isEmpty() && !options.isQuiet()) {
      options
          .err()
          .println(
              figures.entrySet().stream()
                  .map(f -> String.format(Locale.ROOT, "%s %.4g", f.getKey(), f.getValue()))
                  .collect(Collectors.joining(", ", "step " + step + ": ", "")));
    }
  }

  private Map<String, String> settings(ModelFamily family) throws IOException {
    Map<String, String> all = new LinkedHashMap<>(family.trainingDefaults());
    all.put("steps", Long.toString(steps));
    if (config != null) {
      ConfigFile.read(config)
          .fields()
          .forEach((name, value) -> all.put(name, String.valueOf(value)));
    }
    all.putAll(set);
    return all;
  }

  private TrainingConfig trainingConfig(Settings settings) {
    OptimizerKind optimizer = OptimizerKind.of(settings.text("optimizer", "muon"));
    double usualRate = optimizer == OptimizerKind.MUON ? 1e-2 : 2e-3;
    double rate = settings.doubleValue("learningRate", usualRate);
    long total = settings.longValue("steps", steps);
    return new TrainingConfig(
        total,
        minutes,
        optimizer,
        rate,
        settings.doubleValue("minLearningRate", rate / 20),
        settings.longValue("warmupSteps", Math.min(200, total / 10)),
        (float) settings.doubleValue("weightDecay", 0.1),
        settings.doubleValue("clipNorm", 1.0),
        settings.doubleValue("emaDecay", 0.995),
        settings.longValue("checkpointEvery", Math.max(1, Math.min(250, total / 4))),
        options.seed());
  }
}
