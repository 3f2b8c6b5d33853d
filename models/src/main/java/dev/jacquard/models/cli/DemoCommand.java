package dev.jacquard.models.cli;

import dev.jacquard.models.Condition;
import dev.jacquard.models.GeneratedImage;
import dev.jacquard.models.GenerationListener;
import dev.jacquard.models.ImageModel;
import dev.jacquard.models.PictureModel;
import dev.jacquard.models.TokenizerModel;
import dev.jacquard.models.data.ContactSheet;
import dev.jacquard.models.data.ImageSet;
import dev.jacquard.models.data.ImageSets;
import dev.jacquard.models.data.Picture;
import dev.jacquard.models.data.PictureFiles;
import dev.jacquard.models.data.Splits;
import dev.jacquard.models.decoding.PlainLoop;
import dev.jacquard.models.eval.ImageQuality;
import dev.jacquard.models.registry.ModelFamilies;
import dev.jacquard.models.registry.ModelFolders;
import dev.jacquard.models.sampling.Guidance;
import dev.jacquard.models.sampling.SamplingOptions;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `jacquard demo`: the main job with the bundled models.
@Command(
    name = "demo",
    description = "Draw and complete pictures with the bundled models, and print figures.")
final class DemoCommand implements Callable<Integer> {
  private static final int DRAWN = 16;
  private static final int COMPLETIONS = 7;
  private static final double KEEP = 0.5;
  private static final int SHEET_SCALE = 2;

  @Mixin private final GlobalOptions options = new GlobalOptions();

  @Option(names = "--out", paramLabel = "DIR", description = "Where pictures go (default: demo).")
  private Path out = Path.of("demo");

  private final Table figures =
      new Table("model", "drawn", "whole files", "tokens/s", "seconds", "held-out");

  @Override
  public Integer call() throws IOException {
    List<String> models = ModelFolders.bundled(options.home());
    if (models.isEmpty()) {
      throw options.usage("no bundled models in " + options.home().resolve("models/pretrained"));
    }
    Files.createDirectories(out);
    List<Picture> sheets = new ArrayList<>();
    try (Backend backend = options.openBackend()) {
      for (String name : models) {
        try (PictureModel model = ModelFamilies.open(options.modelFolder(name), backend)) {
          if (model instanceof ImageModel drawing) {
            sheets.addAll(show(name, drawing));
          } else if (model instanceof TokenizerModel tokenizer && Files.exists(data(name))) {
            sheets.addAll(reconstruct(name, tokenizer));
          }
        }
      }
    }
    Path sheet = out.resolve("contact-sheet.png");
    AtomicFiles.write(sheet, PictureFiles.toPng(ContactSheet.stack(sheets)));
    options.print(figures);
    options.err().println("pictures: " + out.toAbsolutePath() + ", all of them: " + sheet);
    return ExitCode.DONE;
  }

  private List<Picture> show(String name, ImageModel model) throws IOException {
    Condition condition = condition(name, model, DRAWN);
    long start = System.nanoTime();
    List<GeneratedImage> drawn;
    try (Progress progress = options.progress(name, DRAWN)) {
      Growth growing = new Growth(listener(progress), model.stages());
      drawn = model.generate(request(model, DRAWN, condition), growing);
      growing.write(out.resolve(name + "-growth.png"));
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    DrawingOptions.write(out, name, drawn);
    Object[] row = DrawingOptions.figures(name, drawn, seconds);
    figures.row(row[0], row[1], row[2], row[3], row[4], heldOut(name, model));
    List<Picture> sheets = new ArrayList<>();
    if (condition instanceof Condition.Caption texts) {
      options.err().println(name + ", " + texts.words());
      sheets.add(ContactSheet.of(test(name).images(DRAWN), DRAWN, SHEET_SCALE));
    }
    sheets.add(DrawingOptions.sheet(drawn));
    sheets.add(DrawingOptions.sheet(completions(name, model, drawn)));
    return sheets;
  }

  /// Held-out pictures above what their codes keep of them.
  private List<Picture> reconstruct(String name, TokenizerModel tokenizer) throws IOException {
    ImageSet test = test(name);
    List<Picture> originals =
        TokenizerOptions.fitted(tokenizer, test, 0, Math.min(DRAWN, test.size()));
    long start = System.nanoTime();
    List<Picture> again = tokenizer.decodeAll(tokenizer.encodeAll(originals));
    double seconds = (System.nanoTime() - start) / 1e9;
    double psnr = ImageQuality.meanPsnr(originals, again);
    int codes = originals.size() * tokenizer.length();
    figures.row(
        name,
        again.size(),
        "",
        Math.round(codes / seconds),
        DrawingOptions.rounded(seconds),
        "PSNR %.2f dB".formatted(psnr));
    return List.of(
        ContactSheet.of(originals, DRAWN, SHEET_SCALE), ContactSheet.of(again, DRAWN, SHEET_SCALE));
  }

  /// The upper half of a picture, continued in several ways; the picture itself comes first.
  private List<GeneratedImage> completions(
      String name, ImageModel model, List<GeneratedImage> drawn) throws IOException {
    Picture original = example(name, model, drawn);
    List<GeneratedImage> images = new ArrayList<>();
    images.add(new GeneratedImage(original, PictureFiles.toPng(original), "png", 0, true));
    ImageModel.Request request = request(model, COMPLETIONS, condition(name, model, 1));
    try (Progress progress = options.progress(name + ", completing", COMPLETIONS)) {
      images.addAll(model.complete(original, KEEP, request, listener(progress)));
    }
    DrawingOptions.write(out, name + "-completed", images);
    return images;
  }

  /// A held-out picture where data is bundled, else one that the model drew.
  private Picture example(String name, ImageModel model, List<GeneratedImage> drawn)
      throws IOException {
    return Files.exists(data(name))
        ? model.fit(test(name).image(0))
        : drawn.stream()
            .filter(GeneratedImage::isComplete)
            .findFirst()
            .orElse(drawn.getFirst())
            .picture();
  }

  private Object heldOut(String name, ImageModel model) throws IOException {
    if (!Files.exists(data(name))) {
      return "see its card";
    }
    String metric = model.likelihood();
    double value = model.evaluate(test(name), List.of(metric)).values().iterator().next();
    return DrawingOptions.rounded(value) + " " + metric.replace('_', ' ');
  }

  /// The bundled pictures that a model was trained on: `jpeg-lm-noto` was on `noto-32.zip`.
  private Path data(String model) {
    String set = model.substring(model.lastIndexOf('-') + 1);
    return options.home().resolve("models").resolve("data").resolve(set + "-32.zip");
  }

  private ImageSet test(String model) throws IOException {
    return Splits.of(ImageSets.open(data(model))).test();
  }

  /// What pictures are drawn from: the names of held-out ones, if the model reads names.
  private Condition condition(String name, ImageModel model, int most) throws IOException {
    if (!model.readsCaptions() || !Files.exists(data(name))) {
      return Condition.NONE;
    }
    ImageSet test = test(name);
    return new Condition.Caption(
        IntStream.range(0, Math.min(most, test.size())).mapToObj(test::caption).toList());
  }

  private ImageModel.Request request(ImageModel model, int count, Condition condition) {
    SamplingOptions sampling = model.generationConfig().options(options.seed());
    Guidance guidance = new Guidance(model.generationConfig().guidanceScale());
    return new ImageModel.Request(
        count, DRAWN, sampling, new PlainLoop(), false, 0, condition, guidance);
  }

  private static GenerationListener listener(Progress progress) {
    return (tokens, finished) -> {
      progress.note(tokens + " tokens");
      progress.stepTo(finished);
      return true;
    };
  }
}
