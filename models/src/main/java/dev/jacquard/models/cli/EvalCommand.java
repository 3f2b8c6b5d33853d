package dev.jacquard.models.cli;

import dev.jacquard.models.ImageModel;
import dev.jacquard.models.PictureModel;
import dev.jacquard.models.TokenizerModel;
import dev.jacquard.models.data.ImageSet;
import dev.jacquard.models.data.ImageSets;
import dev.jacquard.models.data.Picture;
import dev.jacquard.models.data.Splits;
import dev.jacquard.models.registry.ModelFamilies;
import dev.jacquard.tensor.backend.Backend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `jacquard eval`: measures a model on held-out pictures.
@Command(name = "eval", description = "Measure a model on held-out pictures.")
final class EvalCommand implements Callable<Integer> {

  /// Which part of the data is measured.
  enum Part {
    TRAIN,
    VALID,
    TEST,
    ALL
  }

  @Mixin private final GlobalOptions options = new GlobalOptions();

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "A model folder, or the name of a bundled model.")
  private String model = "";

  @Option(
      names = "--data",
      required = true,
      paramLabel = "PATH",
      description = "A folder of pictures, an IDX folder or a picture pack.")
  private Path data = Path.of("");

  @Option(
      names = "--split",
      paramLabel = "PART",
      description = "train, valid, test or all (default: test).")
  private Part split = Part.TEST;

  @Option(
      names = "--metrics",
      split = ",",
      paramLabel = "LIST",
      description = "Names with commas between (default: all).")
  private List<String> metrics = List.of();

  @Option(
      names = "--judge",
      paramLabel = "FILE",
      description = "Weights of the digit classifier; judges drawn and real digits.")
  private Path judge = Path.of("");

  @Option(names = "--count", paramLabel = "N", description = "Digits to judge (default: 1000).")
  private int count = 1000;

  @Override
  public Integer call() throws IOException {
    Path folder = options.modelFolder(model);
    ImageSet pictures = part(ImageSets.open(data));
    try (Backend backend = options.openBackend();
        PictureModel loaded = ModelFamilies.open(folder, backend)) {
      if (loaded instanceof TokenizerModel tokenizer && metrics.isEmpty()) {
        List<Picture> fitted = TokenizerOptions.fitted(tokenizer, pictures, 0, pictures.size());
        options.print(
            ReconstructionReport.of(tokenizer, fitted, judge, backend, options.seed()).table());
      } else if (judge.toString().isEmpty() || !(loaded instanceof ImageModel drawing)) {
        Table table = new Table("metric", "value");
        for (Map.Entry<String, Double> value : loaded.evaluate(pictures, metrics).entrySet()) {
          table.row(value.getKey(), value.getValue());
        }
        options.print(table);
      } else {
        options.print(DigitJudgement.of(drawing, pictures, judge, count, backend, options));
      }
    }
    return ExitCode.DONE;
  }

  private ImageSet part(ImageSet set) throws IOException {
    if (split == Part.ALL) {
      return set;
    }
    Splits splits = Splits.of(set);
    ImageSet part =
        switch (split) {
          case TRAIN -> splits.train();
          case VALID -> splits.valid();
          default -> splits.test();
        };
    if (part.size() == 0) {
      throw options.usage(
          "--split " + split + " is empty; " + set.size() + " pictures in all; try --split all");
    }
    return part;
  }
}
