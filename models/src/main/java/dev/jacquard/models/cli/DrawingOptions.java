package dev.jacquard.models.cli;

import dev.jacquard.models.Condition;
import dev.jacquard.models.GeneratedImage;
import dev.jacquard.models.GenerationConfig;
import dev.jacquard.models.GenerationListener;
import dev.jacquard.models.ImageModel;
import dev.jacquard.models.data.ContactSheet;
import dev.jacquard.models.data.Picture;
import dev.jacquard.models.data.PictureFiles;
import dev.jacquard.models.decoding.DecodingLoop;
import dev.jacquard.models.decoding.PlainLoop;
import dev.jacquard.models.sampling.Guidance;
import dev.jacquard.models.sampling.SamplingOptions;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The options of commands that draw pictures, and what they do with them.
final class DrawingOptions {
  private static final int SHEET_COLUMNS = 8;
  private static final int SHEET_SCALE = 3;

  @Option(names = "--count", paramLabel = "N", description = "Number of pictures (default: 16).")
  private int count = 16;

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where they go.")
  private Path out = Path.of("");

  @Option(names = "--batch", paramLabel = "N", description = "Drawn at once (default: 16).")
  private int batch = 16;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "0 is greedy (default: what the model's folder says, else 1).")
  private @Nullable Double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description = "Keep so many tokens; 0 keeps all (default: the model's).")
  private @Nullable Integer topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "Keep such a share; 1 keeps all (default: the model's).")
  private @Nullable Double topP;

  @Option(
      names = "--grammar",
      paramLabel = "on|off",
      description = "Forbid what makes no whole file (default: off).")
  private Switch grammar = Switch.OFF;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "Longest sequence, prompt included (default: the model's context).")
  private int maxTokens;

  /// Value of an option that is switched.
  enum Switch {
    ON,
    OFF
  }

  @Option(
      names = "--preview",
      paramLabel = "FILE",
      description = "A PNG file that shows the pictures while they are drawn.")
  private @Nullable Path preview;

  @Option(
      names = "--growth",
      paramLabel = "FILE",
      description = "A PNG file of pictures that grow from coarse to fine, a row each.")
  private @Nullable Path growth;

  @Option(
      names = "--class",
      paramLabel = "C",
      description = "Name or number of a class (default: all classes in turn).")
  private @Nullable String className;

  @Option(
      names = "--text",
      paramLabel = "T",
      description = "What the picture should show; given several times, pictures take turns.")
  private List<String> texts = List.of();

  @Option(
      names = "--guidance",
      paramLabel = "S",
      description =
          "How far to go from what has no condition; 1 is not at all (default: the model's).")
  private @Nullable Double guidance;

  @Mixin private final LoopOptions loop = new LoopOptions();

  /// Reports wrong options, before anything is loaded.
  void check(GlobalOptions options) {
    loop.check(options);
    request(options, GenerationConfig.PLAIN, new PlainLoop());
  }

  private ImageModel.Request request(
      GlobalOptions options, GenerationConfig usual, DecodingLoop decoding) {
    SamplingOptions sampling =
        new SamplingOptions(
            temperature == null ? usual.temperature() : temperature,
            topK == null ? usual.topK() : topK,
            topP == null ? usual.topP() : topP,
            options.seed());
    return new ImageModel.Request(
        count,
        batch,
        sampling,
        decoding,
        grammar == Switch.ON,
        maxTokens,
        condition(options),
        guidance(usual));
  }

  private Guidance guidance(GenerationConfig usual) {
    return new Guidance(guidance == null ? usual.guidanceScale() : guidance);
  }

  private Condition condition(GlobalOptions options) {
    if (className != null && !texts.isEmpty()) {
      throw options.usage("--class and --text exclude each other; pass one");
    }
    if (!texts.isEmpty()) {
      return new Condition.Caption(texts);
    }
    return className == null ? Condition.NONE : new Condition.OfClass(className);
  }

  /// How a model is asked for pictures.
  interface Drawing {
    List<GeneratedImage> draw(ImageModel.Request request, GenerationListener listener);

    /// What the sheet shows before the pictures that are drawn.
    default List<Picture> shownBefore() {
      return List.of();
    }
  }

  /// Draws with a progress display, writes the files and prints the figures.
  ///
  /// @param name of the pictures, before their number
  /// @param model says how it is sampled where the options do not
  /// @param drawing what is drawn with it
  int draw(GlobalOptions options, Backend backend, String name, ImageModel model, Drawing drawing)
      throws IOException {
    if (growth != null && model.stages() == 0) {
      throw options.usage("--growth: this model draws part by part; try --preview");
    }
    return loop.open(
        options,
        backend,
        model,
        condition(options),
        guidance(model.generationConfig()),
        decoding ->
            draw(
                options,
                name,
                request(options, model.generationConfig(), decoding),
                model.stages(),
                drawing));
  }

  private int draw(
      GlobalOptions options, String name, ImageModel.Request request, int stages, Drawing drawing)
      throws IOException {
    Files.createDirectories(out);
    try (Interruption interruption = new Interruption()) {
      long start = System.nanoTime();
      List<GeneratedImage> images;
      try (Progress progress = options.progress("drawing", count)) {
        GenerationListener listener = new Listener(progress, interruption, preview);
        if (growth == null) {
          images = drawing.draw(request, listener);
        } else {
          Growth growing = new Growth(listener, stages);
          images = drawing.draw(request, growing);
          growing.write(growth);
        }
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      if (images.isEmpty()) {
        options.err().println("jacquard: stopped before a picture was finished");
        return ExitCode.CHECK_FAILED;
      }
      write(out, name, images, drawing.shownBefore());
      if (preview != null) {
        AtomicFiles.write(preview, PictureFiles.toPng(sheet(images)));
      }
      options.print(new Table(COLUMNS).row(figures(name, images, seconds)));
      return ExitCode.DONE;
    }
  }

  /// The name of a folder, also of one given as `.`.
  static String nameOf(Path folder) {
    return String.valueOf(folder.toAbsolutePath().normalize().getFileName());
  }

  static final String[] COLUMNS = {"pictures", "count", "whole files", "tokens/s", "seconds"};

  static Object[] figures(String name, List<GeneratedImage> images, double seconds) {
    long whole = images.stream().filter(GeneratedImage::isComplete).count();
    long tokens = images.stream().mapToLong(GeneratedImage::tokens).sum();
    return new Object[] {
      name,
      images.size(),
      rounded(whole / (double) images.size()),
      (double) Math.round(tokens / seconds),
      rounded(seconds)
    };
  }

  static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }

  /// Writes each picture as a file of its own, and all of them as a contact sheet.
  static void write(Path folder, String name, List<GeneratedImage> images) throws IOException {
    write(folder, name, images, List.of());
  }

  /// The same, with pictures that stand before them on the sheet.
  private static void write(
      Path folder, String name, List<GeneratedImage> images, List<Picture> before)
      throws IOException {
    for (int i = 0; i < images.size(); i++) {
      String file = String.format(Locale.ROOT, "%s-%03d.%s", name, i, images.get(i).extension());
      AtomicFiles.write(folder.resolve(file), images.get(i).file());
    }
    List<Picture> all = new ArrayList<>(before);
    images.forEach(image -> all.add(image.picture()));
    AtomicFiles.write(folder.resolve(name + "-sheet.png"), PictureFiles.toPng(sheetOf(all)));
  }

  static Picture sheet(List<GeneratedImage> images) {
    return sheetOf(images.stream().map(GeneratedImage::picture).toList());
  }

  static Picture sheetOf(List<Picture> pictures) {
    return ContactSheet.of(pictures, SHEET_COLUMNS, SHEET_SCALE);
  }

  /// Shows how far drawing is.
  private static final class Listener implements GenerationListener {
    private final Progress progress;
    private final Interruption interruption;
    private final @Nullable Preview preview;

    Listener(Progress progress, Interruption interruption, @Nullable Path preview) {
      this.progress = progress;
      this.interruption = interruption;
      this.preview = preview == null ? null : new Preview(preview, System::nanoTime);
    }

    @Override
    public boolean onProgress(long tokens, int finished) {
      progress.note(tokens + " tokens");
      progress.stepTo(finished);
      return !interruption.requested();
    }

    @Override
    public boolean onPrompt(int picture, int read, int length) {
      progress.note("prompt " + read + "/" + length);
      return !interruption.requested();
    }

    @Override
    public void onPreview(int first, Supplier<List<Picture>> pictures) {
      if (preview != null) {
        preview.show(pictures);
      }
    }
  }
}
